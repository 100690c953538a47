using System.Buffers;

namespace AvGateway.Operations.Commands;

/// <summary>Ids of requests. An id is also the last level of an answer topic.</summary>
public static class RequestId
{
    public const string Rule = "\"id\" is 1 to 128 letters, digits, dots, underscores and hyphens; a UUID is best";

    private const int Longest = 128;
    private const int LongestCorrelation = 64;

    // No caller's id can begin like this, so an answer that nobody asked for is known by its id alone.
    private const char Ours = '~';

    private static readonly SearchValues<char> Usable =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    public static bool IsUsable(string id) => id.Length is > 0 and <= Longest && !id.AsSpan().ContainsAnyExcept(Usable);

    /// <summary>An id for a request that came without one: for ledger and journal only.</summary>
    public static string Make(TimeProvider time) => Ours + Ulid.Make(time);

    public static bool IsMade(string id) => id.StartsWith(Ours);

    /// <summary>The id that MQTT 5 correlation data stands for: a UUID if it has 16 bytes, else hexadecimal; null if it is empty or above 64 bytes.</summary>
    public static string? FromCorrelation(ReadOnlySpan<byte> correlation) => correlation.Length switch
    {
        16 => new Guid(correlation, bigEndian: true).ToString("D"),
        0 or > LongestCorrelation => null,
        _ => Convert.ToHexStringLower(correlation),
    };
}
