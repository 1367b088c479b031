/** How the curves write numbers. */

const missing = '–';

/** A value with a fixed number of decimals; with an exponent when those would leave nothing of it, such as a learning rate of 1e-6. */
export function value(number, digits) {
  if (number === null || number === undefined) return missing;
  const size = Math.abs(number);
  if (size !== 0 && (size < 10 ** -digits || size >= 1e7)) return number.toExponential(2);
  return number.toFixed(digits);
}

/** Seconds as "45 s", "12:05" (minutes) or "3:02:00" (hours). */
export function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return `${Number(seconds.toFixed(1))} s`;
  const two = part => String(part).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A place on the axis, in words: "step 120", "4,800 captions", "12:05". */
export function place(position, axis) {
  if (axis === 'time') return duration(position);
  const count = position.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return axis === 'step' ? `step ${count}` : `${count} captions`;
}

export const axisTitles = { step: 'step', captions: 'captions', time: 'time since the start' };
