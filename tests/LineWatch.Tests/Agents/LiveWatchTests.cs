using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Capture;
using AvGateway.LineWatch.Watching;
using AvGateway.Operations.Faults;

namespace AvGateway.LineWatch.Tests.Agents;

/// <summary>The capture process with the one right that it needs, on lo, with packets that really go by.</summary>
public sealed class LiveWatchTests : IAsyncDisposable
{
    private const int PerSecond = 50_000;
    private const string Fault = "F-2026-000009";

    // The ring and what .NET needs; measured at under 130 MiB.
    private const long MostResident = 200 * 1024;
    private const long MostGrowth = 16 * 1024;

    private readonly WatcherBench _bench = WatcherBench.Open();

    [Fact]
    public async Task It_is_found_when_it_comes_watches_and_hands_out_a_window_without_speech()
    {
        _bench.Watcher.Start();
        await _bench.News.UntilAsync(() => _bench.WasTold(MediaFaults.Unwatched, isPresent: true), () => "its absence was not told");
        Assert.Equal(CaptureState.NoAgent, _bench.View.Condition.State);
        using var agent = AgentProcess.WithTheRight(_bench.Socket);
        await _bench.StateAsync(CaptureState.Watching, agent);

        // What was damaged before the first picture was damaged before anybody looked.
        var lost = await _bench.SpeakAsync(packets: 150);
        await PictureAsync(p => p.Streams is [{ } speech] && speech.Lost >= lost, agent);
        _bench.SendDamaged();
        await PictureAsync(p => p.Totals.WrongChecksums > 0, agent);
        await _bench.News.UntilAsync(() => _bench.WasTold(MediaFaults.Damaged, isPresent: true), () => "the damage was not told");
        await _bench.Watcher.KeepAsync(Fault, MediaFaults.Damaged, "line-1", TimeProvider.System.GetUtcNow());
        var kept = await _bench.KeptAsync(() => agent.Said);

        var stream = _bench.View.Picture.Streams[0];
        Assert.Equal((lost, "PCMA"), (stream.Lost, stream.Codec));
        var file = _bench.Folder.Sub($"data/captures/{Fault}-wan.pcapng");
        var octets = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("CANARY", Encoding.Latin1.GetString(octets), StringComparison.Ordinal);
        Assert.Contains("checksum", await Tools.AskAsync(Tools.Tshark, "-r", file, "-Y", "frame.comment", "-T", "fields", "-e", "frame.comment"), StringComparison.Ordinal);
        var comment = await Tools.AskAsync(Tools.Find("capinfos", "tshark"), file);
        Assert.Contains($"fault {Fault}", comment, StringComparison.Ordinal);
        Assert.Contains("clock offset -3.0 ms", comment, StringComparison.Ordinal);
        Assert.Equal(($"captures/{Fault}-wan.pcapng", true), (kept.File, kept.Frames >= 150 - lost));

        agent.Dispose();
        await _bench.StateAsync(CaptureState.NoAgent, agent);
        Assert.Equal(LineQuality.Unknown, _bench.View.Quality);
    }

    /// <summary>50,000 packets a second: a second here, as long as AVGW_LINE_FLOOD says where it is measured.</summary>
    [Fact]
    public async Task A_flood_is_taken_with_flat_memory()
    {
        var isMeasured = int.TryParse(Environment.GetEnvironmentVariable("AVGW_LINE_FLOOD"), out var given);
        var seconds = isMeasured ? given : 1;
        using var agent = AgentProcess.WithTheRight(_bench.Socket);
        await agent.ListensAsync();
        _bench.Watcher.Start();
        await _bench.StateAsync(CaptureState.Watching, agent);
        var (had, warm) = (agent.Processor(), 0L);
        var (sent, took) = Flood(seconds * PerSecond, halfway: () => warm = agent.Resident());
        var last = await TakenAsync(sent, agent);
        var (share, after) = ((agent.Processor() - had) / took, agent.Resident());
        Show(FormattableString.Invariant(
            $"{sent} sent in {took.TotalSeconds:0.0} s ({sent / took.TotalSeconds:0}/s), {last} received, {sent - last} lost ({100.0 * (sent - last) / sent:0.0000} %), {_bench.View.Dropped} dropped by libpcap's own word; {100 * share:0} % of a processor; resident {warm / 1024} MiB halfway, {after / 1024} MiB at the end"));

        Assert.True(last >= sent * (isMeasured ? 0.999 : 0.8), $"{last} of {sent}");
        Assert.InRange(after, 1, MostResident);
        Assert.True(after - warm < MostGrowth, $"{warm} KiB halfway, {after} KiB at the end");
        Assert.InRange(_bench.View.HeldOctets, 1, 16 * 1024 * 1024);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private Task PictureAsync(Func<LinePicture, bool> isWished, AgentProcess agent) =>
        _bench.News.UntilAsync(() => isWished(_bench.View.Picture), () => $"{agent.Said}\n{LineTable.Write(_bench.View.Picture)}");

    // What was taken grows from picture to picture; one without growth is the last.
    private async Task<long> TakenAsync(long sent, AgentProcess agent)
    {
        var (taken, at) = (-1L, default(DateTimeOffset));
        await _bench.News.UntilAsync(
            () =>
            {
                var view = _bench.View;
                if (view.Picture.At == at) return false;

                // Of the flood itself: what else goes by on lo is captured as well.
                var received = view.Picture.Streams.Sum(s => s.Received);
                var isLast = received >= sent || (received > 0 && received == taken);
                (taken, at) = (received, view.Picture.At);
                return isLast;
            }, () => agent.Said);
        return taken;
    }

    private (long Sent, TimeSpan Took) Flood(int count, Action halfway)
    {
        using var from = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var to = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        to.Bind(new IPEndPoint(IPAddress.Loopback, _bench.Media));
        from.Connect(IPAddress.Loopback, _bench.Media);
        var packet = new byte[172];
        (packet[0], packet[1], packet[11]) = (0x80, 8, 9);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)i);
            WatcherBench.Send(from, packet);
            if (i == count / 2) halfway();
            if (i % 50 == 0) while (Stopwatch.GetElapsedTime(began).TotalSeconds < (double)i / PerSecond) Thread.SpinWait(50);
        }

        return (count, Stopwatch.GetElapsedTime(began));
    }

    private static void Show(string text)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        if (Environment.GetEnvironmentVariable("AVGW_FAULT_FIGURES") is { Length: > 0 } file) File.AppendAllText(file, text + "\n");
    }
}
