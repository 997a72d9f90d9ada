/** The page's end of the protocol: sends typed messages, checks what comes in, pairs requests with replies. */
import type { PanelState, ReplyMessage, Result } from '../../src/core/protocol';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

type Reply = ReplyMessage['result'];

/** Requests as the page writes them: the number is added here. */
type Numberless<T> = T extends { readonly request: number } ? Omit<T, 'request'> : never;
type Plain<T> = T extends { readonly request: number } ? never : T;

const isReply = <T extends { readonly type: string }>(message: T): message is T & ReplyMessage => message.type === 'reply';

/** An answer that has not come by then never will: the host went away. */
const PATIENCE_MS = 20_000;

export class Host<Out extends { readonly type: string }, In extends { readonly type: string }> {
  private readonly api = acquireVsCodeApi();
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private lastRequest = 0;

  constructor(
    private readonly read: (data: unknown) => Result<In>,
    private readonly receive: (message: Exclude<In, ReplyMessage>) => void,
    private readonly refused: (problem: string) => void,
  ) {
    window.addEventListener('message', (event: MessageEvent<unknown>) => this.onMessage(event.data));
    window.addEventListener('error', (event) => this.report(event.message));
    window.addEventListener('unhandledrejection', (event) => this.report(String(event.reason)));
  }

  send(message: Plain<Out>): void {
    this.api.postMessage(message);
  }

  /** Always settles: with the reply, or with an error after a while. */
  ask(message: Numberless<Out>): Promise<Reply> {
    const request = (this.lastRequest += 1);
    return new Promise((resolve) => {
      const settle = (reply: Reply) => {
        clearTimeout(timer);
        this.waiting.delete(request);
        resolve(reply);
      };
      const timer = setTimeout(() => settle({ ok: false, error: 'The extension did not answer.' }), PATIENCE_MS);
      this.waiting.set(request, settle);
      this.api.postMessage({ ...message, request });
    });
  }

  /** What was kept, by this version of the page or by another: to be read with care. */
  state(): object {
    const state = this.api.getState();
    return typeof state === 'object' && state !== null ? state : {};
  }

  keep(state: PanelState): void {
    this.api.setState(state);
  }

  private onMessage(data: unknown): void {
    const result = this.read(data);
    if (!result.ok) {
      this.refused(result.error);
      this.report(result.error);
    } else if (isReply(result.value)) this.waiting.get(result.value.request)?.(result.value.result);
    else this.receive(result.value as Exclude<In, ReplyMessage>);
  }

  private report(message: string): void {
    this.api.postMessage({ type: 'failed', message });
  }
}
