import { expect, it } from 'vitest';
import { withoutSecrets } from '../../../../src/importers/meaning';

it.each([
  ['hub_token', true], ['hf_token', true], ['push_to_hub_token', true], ['api_key', true], ['wandb.api-key', true], ['openai_api_key', true], ['WANDB_API_KEY', true],
  ['password', true], ['client_secret', true], ['eos_token', false], ['pad_token', false], ['stop_tokens', false], ['additional_special_tokens', false],
  ['tokenizer', false], ['metric_for_best_model', false], ['key', false], ['run_name', false],
])('takes the value of %s out: %s', (key, isTaken) => {
  expect(withoutSecrets({ [key]: 'x', inner: { [key]: 'x' }, count: { [key]: 5 } })).toEqual(
    isTaken ? { [key]: '(removed)', inner: { [key]: '(removed)' }, count: { [key]: 5 } } : { [key]: 'x', inner: { [key]: 'x' }, count: { [key]: 5 } });
});
