using System.Globalization;

namespace AvGateway.LineWatch.Agents;

/// <summary>What this process may do, as the kernel tells it. The capture process runs with CAP_NET_RAW and nothing else, and looks whether that is so.</summary>
/// <param name="Effective">Bits of capabilities.</param>
public sealed record AgentRights(ulong Effective, ulong Permitted, bool MayGainMore)
{
    public const ulong NetRaw = 1UL << 13;

    public bool HasNetRaw => (Effective & NetRaw) != 0;

    /// <summary>Rights beyond the one that it needs.</summary>
    public ulong Surplus => (Effective | Permitted) & ~NetRaw;

    public bool IsBare => Surplus == 0 && !MayGainMore;

    public static AgentRights OfThisProcess() => Read(File.ReadAllLines("/proc/self/status"));

    public static AgentRights Read(IReadOnlyList<string> status)
    {
        ulong Bits(string name) => Field(name) is { } text && ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits) ? bits : 0;
        string? Field(string name) => status.FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..].Trim();
        return new(Bits("CapEff"), Bits("CapPrm"), Field("NoNewPrivs") != "1");
    }
}
