namespace AvGateway.LineWatch.Capture;

/// <summary>One place where a line is watched. Numbers and addresses only: a filter is made of them, and never taken from anybody's text.</summary>
/// <param name="Interface">A mirror port, or the machine's own interface.</param>
public sealed record WatchPlan(string Id, string Interface)
{
    public const int MostDevices = 256;

    public IReadOnlyList<int> SipPorts { get; init; } = [5060];

    /// <summary>UDP ports that are looked at; all of them where the first is 0.</summary>
    public int FirstMediaPort { get; init; }
    public int LastMediaPort { get; init; } = ushort.MaxValue;

    /// <summary>Addresses of devices whose TCP connections are watched.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>How much is kept in memory of what went by, and how long.</summary>
    public int RingOctets { get; init; } = 16 * 1024 * 1024;
    public TimeSpan RingSpan { get; init; } = TimeSpan.FromMinutes(5);
}
