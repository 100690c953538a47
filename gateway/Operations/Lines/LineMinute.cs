namespace AvGateway.Operations.Lines;

/// <summary>
/// What was measured of a line in a minute. Whole numbers alone: what is signed later must read the same everywhere. Microseconds; −1 where nothing was seen, null for a clock that nobody compared.
/// </summary>
/// <param name="At">The beginning of the minute, UTC.</param>
/// <param name="OutOf">So many of our questions could be told apart; <paramref name="OutLost"/> of them did not arrive.</param>
/// <param name="BackOf">So many answers were sent back; <paramref name="BackLost"/> of them did not arrive.</param>
/// <param name="State">The worst of the minute: a word of <see cref="LineJson.States"/>.</param>
/// <param name="Side">The verdict's word; empty while the line was well.</param>
public sealed record LineMinute(
    DateTimeOffset At, int Sent, int Answered, int OutLost, int OutOf, int BackLost, int BackOf, long RoundTrip, long VariationOut, long VariationBack, long? ClockOffset, string State, string Side);
