// Brings a page to life: everything in it also works, as it stood when opened, without this.

import { takeActions } from "./acts.js";
import { drawCharts } from "./chart.js";
import { pointAtSteps } from "./journey.js";
import { keepFresh } from "./live.js";

takeActions();
pointAtSteps();
keepFresh();
drawCharts(document.getElementById("chart"));
