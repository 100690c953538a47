using System.Buffers;

namespace AvGateway.Mqtt.Topics;

/// <summary>What one level of a topic may be.</summary>
public static class TopicId
{
    private const int Longest = 64;

    // Ids of the contract are a-z 0-9 -; the ids of faults (F-2026-000123) and of requests have more.
    private static readonly SearchValues<char> Strict = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> Wide = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    public static bool IsId(ReadOnlySpan<char> level) => level.Length is > 0 and <= Longest && !level.ContainsAnyExcept(Strict);

    /// <summary>For levels that hold the id of a fault, a run or a request.</summary>
    public static bool IsWideId(ReadOnlySpan<char> level) => level.Length is > 0 and <= 2 * Longest && !level.ContainsAnyExcept(Wide);

    internal static bool Fits(string parameter, ReadOnlySpan<char> level) =>
        parameter is "{fault}" or "{id}" or "{run}" or "{gateway}" ? IsWideId(level) : IsId(level);
}
