using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using AvGateway.LineWatch.Agents;
using AvGateway.LineWatch.Capture;
using AvGateway.LineWatch.Watching;
using AvGateway.Operations.Faults;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.LineWatch.Tests.Agents;

/// <summary>The gateway's side of a watch on lo, and what it told.</summary>
internal sealed class WatcherBench : IAsyncDisposable
{
    private const ulong SystemAdministration = 1UL << 21;

    private readonly List<(SymptomKey Key, bool IsPresent)> _told = [];
    private readonly List<KeptEvidence> _kept = [];

    private WatcherBench()
    {
        File.SetUnixFileMode(Folder.Path, (UnixFileMode)0b111_111_111);
        Directory.CreateDirectory(Folder.Sub("data"));
        var watch = new WatchPlan("wan", "lo") { FirstMediaPort = Media, LastMediaPort = Media, RingOctets = 16 * 1024 * 1024 };
        Watcher = new(
            new(Socket, [new(watch, "专线", "Line", "line-1")]) { After = TimeSpan.FromSeconds(1) }, Folder.Sub("data"),
            (key, isPresent, _) =>
            {
                lock (_told) _told.Add((key, isPresent));
                News.Raise();
            },
            TimeProvider.System, NullLoggerFactory.Instance)
        { Clock = () => TimeSpan.FromMilliseconds(-3) };
        Watcher.Changed += _ => News.Raise();
        Watcher.Kept += kept =>
        {
            lock (_kept) _kept.Add(kept);
            News.Raise();
        };
    }

    public Folder Folder { get; } = new();
    public int Media { get; } = Tools.FreePort();
    public Signal News { get; } = new();
    public LineWatcher Watcher { get; }
    public string Socket => Folder.Sub("agent.sock");
    public WatchView View => Watcher.Find("wan")!;

    /// <summary>Skips the test where nothing can be captured, and says why.</summary>
    public static WatcherBench Open()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "rights are given and taken by setpriv: root alone may");
        Assert.SkipUnless(AgentRights.OfThisProcess().HasNetRaw, "root has no CAP_NET_RAW here (a container without it?)");
        Assert.SkipUnless(CaptureLibrary.IsThere, "libpcap is not installed; on Debian: apt-get install libpcap0.8");
        return new();
    }

    public static void NeedsMounts() =>
        Assert.SkipUnless((AgentRights.OfThisProcess().Effective & SystemAdministration) != 0, "libpcap is hidden by a mount: root has no CAP_SYS_ADMIN here");

    public bool WasTold(string code, bool isPresent)
    {
        lock (_told) return _told.Contains((new("line-1", code), isPresent));
    }

    public async Task<KeptEvidence> KeptAsync(Func<string> otherwise)
    {
        await News.UntilAsync(() => { lock (_kept) return _kept.Count > 0; }, otherwise);
        lock (_kept) return _kept[0];
    }

    public Task StateAsync(CaptureState state, AgentProcess agent) => News.UntilAsync(() => View.Condition.State == state, () => $"{View.Condition}\n{agent.Said}");

    /// <summary>G.711 with a word in it that must never be found again; every tenth packet is left out.</summary>
    /// <returns>How many were left out.</returns>
    public async Task<long> SpeakAsync(int packets)
    {
        using var from = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        from.Connect(IPAddress.Loopback, Media);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var (packet, lost) = (new byte[172], 0L);
        (packet[0], packet[1]) = (0x80, 8);
        packet[11] = 7;
        "CANARY-SPEECH"u8.CopyTo(packet.AsSpan(12));
        for (var i = 0; i < packets; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)i);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)(i * 160));
            if (i % 10 == 6) lost++;
            else Send(from, packet);
            await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return lost;
    }

    /// <summary>A datagram whose checksum is wrong.</summary>
    public void SendDamaged()
    {
        using var damaged = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp);
        damaged.SendTo([.. Word(Media - 1), .. Word(Media), .. Word(20), 0xBA, 0xD1, .. "CANARY-DATA!"u8], new IPEndPoint(IPAddress.Loopback, 0));
    }

    // Nobody needs to listen: what the network says of it is no failure of the sender.
    public static void Send(Socket socket, byte[] packet)
    {
        try { socket.Send(packet); }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionRefused) { socket.Send(packet); }
    }

    public async ValueTask DisposeAsync()
    {
        await Watcher.DisposeAsync();
        Folder.Dispose();
    }

    private static byte[] Word(int value) => [(byte)(value >> 8), (byte)value];
}
