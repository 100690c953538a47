using System.Buffers;
using System.Text.RegularExpressions;
using AvGateway.LineWatch.Packets;
using AvGateway.LineWatch.Pcapng;

namespace AvGateway.LineWatch.Evidence;

/// <summary>
/// A kept window in the form in which it may leave the court. It is written anew from what <see cref="LeavingMask"/> lets through, so that a kept file that
/// somebody changed brings nothing out either. The same window gives the same octets.
/// </summary>
public static partial class LeavingWindow
{
    /// <summary>A window that is longer is cut to what is nearest to the fault's beginning.</summary>
    public const int Most = 2 * 1024 * 1024;

    private const string Program = "AvGateway line watch";
    private const int LongestFrame = 4096;

    // Of a frame in the file, beside its octets.
    private const int Overhead = 40;
    private const long Step = TimeSpan.TicksPerSecond / 10;

    private static readonly Regex[] Known = [Fault(), Watch(), Window(), Clock()];

    /// <param name="open">Opens the kept file; it is read twice.</param>
    /// <param name="interfaceName">As the site file has it.</param>
    /// <exception cref="CaptureFormatException">The file is damaged.</exception>
    /// <exception cref="SealException">The file was changed, or the key is another.</exception>
    public static byte[] Write(Func<Stream> open, string interfaceName, DateTimeOffset around, int most = Most)
    {
        var (steps, total, kept) = Fit(open, around.UtcTicks, most);
        using var input = open();
        var reader = new CaptureReader(input);
        var output = new ArrayBufferWriter<byte>();
        var writer = new PcapngWriter(output);
        var mask = new LeavingMask();
        var buffer = new byte[LongestFrame];
        LinkLayer? link = null;
        while (reader.TryNext(out var frame))
        {
            if (link is null) writer.Begin(Program, Comment(reader.Comment, total, kept), frame.Link, interfaceName, LongestFrame);
            link ??= frame.Link;
            if (frame.Link != link || Distance(frame.At, around.UtcTicks) > steps || output.WrittenCount > most) continue;
            var octets = buffer.AsSpan(0, Math.Min(frame.Octets.Length, LongestFrame));
            frame.Octets[..octets.Length].CopyTo(octets);
            var length = mask.Mask(frame.Link, octets, frame.WireLength);
            writer.Frame(frame.At, octets[..length], frame.WireLength, EvidenceWriter.IsOurWord(frame.Comment) ? frame.Comment : null);
        }

        if (link is null) writer.Begin(Program, Comment(reader.Comment, total, kept), LinkLayer.Ethernet, interfaceName, LongestFrame);
        return output.WrittenSpan.ToArray();
    }

    // How far from the beginning of the fault frames may be for all of them to fit.
    private static (long Steps, long Total, long Kept) Fit(Func<Stream> open, long around, int most)
    {
        using var input = open();
        var reader = new CaptureReader(input);
        var near = new SortedDictionary<long, (long Frames, long Octets)>();
        var total = 0L;
        while (reader.TryNext(out var frame))
        {
            total++;
            var (frames, octets) = near.GetValueOrDefault(Distance(frame.At, around));
            near[Distance(frame.At, around)] = (frames + 1, octets + Overhead + frame.Octets.Length);
        }

        var (steps, kept, held) = (-1L, 0L, 0L);
        foreach (var (distance, (frames, octets)) in near)
        {
            if (steps >= 0 && held + octets > most) return (steps, total, kept);
            (steps, kept, held) = (distance, kept + frames, held + octets);
        }

        return (steps, total, kept);
    }

    private static long Distance(long at, long around) => Math.Abs(at - around) / Step;

    private static string Comment(string? kept, long total, long leaving)
    {
        var lines = (kept ?? "").Split('\n', StringSplitOptions.TrimEntries).Where(line => Known.Any(k => k.IsMatch(line))).ToList();
        lines.Add("payload was removed before it was stored; addresses and Call-IDs are numbers in the order in which they came up (198.18.0.n, 2001:db8::n, 02:00:00:00:00:n, call-n)");
        if (leaving < total) lines.Add(FormattableString.Invariant($"about {leaving} of {total} frames: those nearest to the beginning of the fault"));
        return string.Join('\n', lines);
    }

    [GeneratedRegex(@"^fault F-\d{4}-\d{6} \([a-z0-9.-]{1,40}\)$")] private static partial Regex Fault();

    [GeneratedRegex(@"^watch [a-z0-9-]{1,64} on [A-Za-z0-9._@:-]{1,15}$")] private static partial Regex Watch();

    [GeneratedRegex(@"^window [0-9TZ:.-]{24} to [0-9TZ:.-]{24}$")] private static partial Regex Window();

    [GeneratedRegex(@"^clock offset (not measured|[+-]?\d{1,12}\.\d ms against its reference)$")] private static partial Regex Clock();
}
