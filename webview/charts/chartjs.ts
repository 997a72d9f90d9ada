/** Only the parts of chart.js that we draw with; the one file that imports it by value. */
import { Chart, LinearScale, LineController, LineElement, PointElement, Tooltip } from 'chart.js';

Chart.register(LinearScale, LineController, LineElement, PointElement, Tooltip);

export { Chart };
