/** What the camera's picture is held to before it is taken. The server judges again; where it measures the
 * same, it has the same figures (a test compares them). */

/** Median grey of the card: `ekyc/vision/quality.py`. */
export const DARK_BELOW = 55;
export const BRIGHT_ABOVE = 248;
/** Finest against middling detail, weakest against strongest direction: the same file. */
export const FINE_BELOW = 0.305;
export const EVEN_BELOW = 0.6;
/** A tile is washed out when even its darkest twenty-fifth is bright: the same file. */
export const WASHED_DARKEST = 205;
export const WASHED_MEDIAN = 230;

/** The card's width against the frame's. */
export const FAR_BELOW = 0.72;
export const NEAR_ABOVE = 1.08;
/** Share of the card's tiles. */
export const GLARE_ABOVE = 0.075;
/** Mean change of grey from one look to the next, and how far a corner may have moved, of the frame's width. */
export const CHANGED_ABOVE = 4;
export const MOVED_ABOVE = 0.012;
/** A picture that changes less was not moved, however its edges lie: the lines of a zone run two ways only. */
export const CALM_BELOW = 1;
/** So long everything has to hold. */
export const HOLD_MS = 700;
/** A sentence stands at least so long. */
export const SAID_MS = 900;
