using System.Globalization;
using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.HyperDeck;

/// <summary>A file on a disk.</summary>
internal sealed record DeckClip(string Name, TimeSpan Length);

/// <summary>One slot with its disk. Its status is its switch, so that both always say the same.</summary>
internal sealed class DeckSlot(int id, Switch<string> status, TimeSpan capacity)
{
    public const string Empty = "empty";
    public const string Mounting = "mounting";
    public const string Mounted = "mounted";
    public const string Error = "error";

    /// <summary>Bytes of one second of picture and sound at the format that the simulated deck records.</summary>
    private const long BytesPerSecond = 15_000_000;

    public int Id => id;

    public string Status => status.Now;

    public bool IsMounted => Status == Mounted;

    public List<DeckClip> Clips { get; } = [];

    /// <summary>Time left, apart from what a running recording has used since it began.</summary>
    public TimeSpan Left { get; set; } = capacity;

    public TimeSpan Capacity { get; } = capacity;

    public void Become(string next) => status.Become(next);

    public void Format()
    {
        Clips.Clear();
        Left = Capacity;
    }

    public IEnumerable<(string Key, string Value)> Describe(TimeSpan left, string videoFormat)
    {
        var seconds = IsMounted ? Math.Max(0, (long)left.TotalSeconds) : 0;
        var total = IsMounted ? (long)Capacity.TotalSeconds * BytesPerSecond : 0;
        yield return ("slot id", Number(id));
        yield return ("slot name", $"SSD {id}");
        yield return ("status", Status);
        yield return ("volume name", IsMounted ? $"COURT{id}" : "");
        yield return ("recording time", Number(seconds));
        yield return ("video format", videoFormat);
        yield return ("blocked", "false");
        yield return ("total size", Number(total));
        yield return ("remaining size", Number(seconds * BytesPerSecond));
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
