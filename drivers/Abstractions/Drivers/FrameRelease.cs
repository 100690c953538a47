using System.Collections.Immutable;

namespace AvGateway.Drivers;

/// <summary>
/// What of a protocol's frames may leave the court as evidence: what is not listed does not. A driver that says nothing lets direction, time and
/// length leave.
/// </summary>
/// <param name="IsWhole">The protocol carries figures and states and no text of anybody's: every byte may leave.</param>
/// <param name="Words">The protocol's own words, letters only and in lower case. Figures may leave beside them; from the first other word on a line is masked.</param>
public sealed record FrameRelease(bool IsWhole, ImmutableHashSet<string> Words)
{
    public static readonly FrameRelease Nothing = new(false, []);
    public static readonly FrameRelease Whole = new(true, []);

    /// <param name="words">Parted by blanks.</param>
    public static FrameRelease Of(string words) => new(false, [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
}
