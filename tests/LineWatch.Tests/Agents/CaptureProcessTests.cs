using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Capture;
using AvGateway.LineWatch.Watching;
using AvGateway.Operations.Faults;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.LineWatch.Tests.Agents;

/// <summary>The capture process as it is installed, with and without what it needs, seen from the gateway's side.</summary>
public sealed class CaptureProcessTests : IAsyncDisposable
{
    private readonly Folder _folder = new();
    private readonly List<(SymptomKey Key, bool IsPresent, string? Detail)> _told = [];
    private readonly List<KeptEvidence> _kept = [];
    private readonly int _media = Tools.FreePort();
    private readonly LineWatcher _watcher;

    public CaptureProcessTests()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("AVGW_LINE_LIVE") == "1", "the capture process is tried live, with rights given and taken, by AVGW_LINE_LIVE=1");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "rights are given and taken by setpriv: root alone may");
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_111);
        Directory.CreateDirectory(_folder.Sub("data"));
        var watch = new WatchPlan("wan", "lo") { FirstMediaPort = _media, LastMediaPort = _media, RingOctets = 16 * 1024 * 1024 };
        _watcher = new(
            new(Socket, [new(watch, "专线", "Line", "line-1")]) { After = TimeSpan.FromSeconds(1) }, _folder.Sub("data"),
            (key, isPresent, detail) => { lock (_told) _told.Add((key, isPresent, detail)); }, TimeProvider.System, NullLoggerFactory.Instance)
        { Clock = () => TimeSpan.FromMilliseconds(-3) };
        _watcher.Kept += kept => { lock (_kept) _kept.Add(kept); };
    }

    private string Socket => _folder.Sub("agent.sock");
    private WatchView View => _watcher.Find("wan")!;

    [Fact]
    public async Task Without_the_right_it_says_so_and_how_to_get_it()
    {
        using var agent = AgentProcess.WithoutRights(Socket);
        _watcher.Start();

        await StateAsync(CaptureState.NoRights, agent);

        Assert.Contains("CAP_NET_RAW", View.Condition.En, StringComparison.Ordinal);
        Assert.Contains("avgateway-capture", View.Condition.RemedyZh, StringComparison.Ordinal);
        lock (_told) Assert.Contains(_told, t => t is { Key: { Subject: "line-1", Code: MediaFaults.Unwatched }, IsPresent: true });
    }

    [Fact]
    public async Task Without_libpcap_it_says_so_and_how_to_get_it()
    {
        using var agent = AgentProcess.WithoutLibrary(Socket);
        _watcher.Start();

        await StateAsync(CaptureState.NoLibrary, agent);

        Assert.Contains("apt-get install libpcap0.8", View.Condition.RemedyEn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_refuses_to_run_with_more_rights_than_it_needs()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Tools.AskAsync("dotnet", AgentProcess.Program, "capture-agent", "--socket", Socket));

        Assert.Contains("surplus", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_found_when_it_comes_watches_and_hands_out_a_window_without_speech()
    {
        _watcher.Start();
        await Tools.UntilAsync(() => { lock (_told) return _told.Any(t => t.Key.Code == MediaFaults.Unwatched && t.IsPresent); }, () => "its absence was not told");
        Assert.Equal(CaptureState.NoAgent, View.Condition.State);
        using var agent = AgentProcess.WithTheRight(Socket);
        await StateAsync(CaptureState.Watching, agent);

        using (var damaged = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp))
            damaged.SendTo([.. Word(_media - 1), .. Word(_media), .. Word(20), 0xBA, 0xD1, .. "CANARY-DATA!"u8], new IPEndPoint(IPAddress.Loopback, 0));
        var lost = await SpeakAsync(seconds: 7);
        await Tools.UntilAsync(() => View.Picture.Streams.Count == 1 && View.Picture.Streams[0].Lost >= lost && View.Picture.Totals.WrongChecksums > 0, () => $"{agent.Said}\n{LineTable.Write(View.Picture)}");
        await _watcher.KeepAsync("F-2026-000009", MediaFaults.Loss, "line-1", DateTimeOffset.UtcNow);
        await Tools.UntilAsync(() => { lock (_kept) return _kept.Count == 1; }, () => agent.Said);

        var stream = View.Picture.Streams[0];
        Assert.Equal((lost, "PCMA"), (stream.Lost, stream.Codec));
        var file = _folder.Sub("data/captures/F-2026-000009-wan.pcapng");
        var octets = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("CANARY", Encoding.Latin1.GetString(octets), StringComparison.Ordinal);
        Assert.Contains("checksum", await Tools.AskAsync(Tools.Tshark, "-r", file, "-Y", "frame.comment", "-T", "fields", "-e", "frame.comment"), StringComparison.Ordinal);
        Assert.Contains("fault F-2026-000009", await Tools.AskAsync(Tools.Find("capinfos", "tshark"), file), StringComparison.Ordinal);
        Assert.Equal(("captures/F-2026-000009-wan.pcapng", true), (_kept[0].File, _kept[0].Frames > 300));
        lock (_told) Assert.Contains(_told, t => t is { Key.Code: MediaFaults.Damaged, IsPresent: true });

        agent.Dispose();
        await StateAsync(CaptureState.NoAgent, agent);
        Assert.Equal(LineQuality.Unknown, View.Quality);
    }

    /// <summary>50,000 packets a second: a second here, as long as AVGW_LINE_FLOOD says where it is measured.</summary>
    [Fact]
    public async Task A_flood_is_taken_with_flat_memory()
    {
        var seconds = int.TryParse(Environment.GetEnvironmentVariable("AVGW_LINE_FLOOD"), out var given) ? given : 1;
        using var agent = AgentProcess.WithTheRight(Socket);
        _watcher.Start();
        await StateAsync(CaptureState.Watching, agent);
        var before = agent.Resident();
        var (sent, took) = Flood(seconds * 50_000, perSecond: 50_000);

        // What was taken does not grow any more.
        var (last, since) = (-1L, Stopwatch.GetTimestamp());
        await Tools.UntilAsync(
            () =>
            {
                if (View.Captured != last) (last, since) = (View.Captured, Stopwatch.GetTimestamp());
                return last > 0 && (last >= sent || Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(7));
            }, () => agent.Said);
        var after = agent.Resident();
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(
            $"{sent} sent in {took.TotalSeconds:0.0} s ({sent / took.TotalSeconds:0}/s), {last} captured ({100.0 * last / sent:0.000} %), {View.Dropped} dropped by its own word, resident {before / 1024} to {after / 1024} MiB"));

        Assert.True(last >= sent * (given > 1 ? 0.999 : 0.8), $"{last} of {sent}");
        Assert.InRange(after, 1, 200 * 1024);
        Assert.InRange(View.HeldOctets, 1, 16 * 1024 * 1024);
    }

    public async ValueTask DisposeAsync()
    {
        if (_watcher is not null) await _watcher.DisposeAsync();
        _folder.Dispose();
    }

    private Task StateAsync(CaptureState state, AgentProcess agent) => Tools.UntilAsync(() => View.Condition.State == state, () => $"{View.Condition}\n{agent.Said}");

    // G.711 with a word in it that must never be found again; every tenth packet is left out.
    private async Task<long> SpeakAsync(double seconds)
    {
        using var from = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        from.Connect(IPAddress.Loopback, _media);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var (packet, lost) = (new byte[172], 0L);
        (packet[0], packet[1]) = (0x80, 8);
        packet[11] = 7;
        "CANARY-SPEECH"u8.CopyTo(packet.AsSpan(12));
        for (var i = 0; i < seconds * 50; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)i);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)(i * 160));
            if (i % 10 == 6) lost++;
            else Send(from, packet);
            await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return lost;
    }

    private (long Sent, TimeSpan Took) Flood(int count, int perSecond)
    {
        using var from = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var to = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        to.Bind(new IPEndPoint(IPAddress.Loopback, _media));
        from.Connect(IPAddress.Loopback, _media);
        var packet = new byte[172];
        (packet[0], packet[1], packet[11]) = (0x80, 8, 9);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)i);
            Send(from, packet);
            if (i % 50 == 0) while (Stopwatch.GetElapsedTime(began).TotalSeconds < (double)i / perSecond) Thread.SpinWait(50);
        }

        return (count, Stopwatch.GetElapsedTime(began));
    }

    // Nobody needs to listen: what the network says of it is no failure of the sender.
    private static void Send(Socket socket, byte[] packet)
    {
        try { socket.Send(packet); }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionRefused) { socket.Send(packet); }
    }

    private static byte[] Word(int value) => [(byte)(value >> 8), (byte)value];
}
