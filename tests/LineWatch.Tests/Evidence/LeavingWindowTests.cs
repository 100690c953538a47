using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using AvGateway.LineWatch.Evidence;
using AvGateway.LineWatch.Packets;
using AvGateway.LineWatch.Pcapng;

namespace AvGateway.LineWatch.Tests.Evidence;

/// <summary>What of a kept window may leave the court: it still reads as the line's, and nobody can read from it whose it was.</summary>
public sealed class LeavingWindowTests
{
    private static readonly string[] NeverLeaves = ["10.1.1.10", "10.2.2.20", "a84b4c76e66710", "wang", "CANARY", "1928", "a6c8", "z9hG4bK776"];

    [Fact]
    public async Task A_call_still_reads_in_tshark_and_has_no_address_no_name_and_no_id()
    {
        using var folder = new Folder();
        var file = folder.Write("leaving.pcapng", Leaving(PacketCutterTests.Window(PacketCutterTests.SpokenCall(damage: 30))));

        var shown = await Tools.AskAsync(Tools.Tshark, "-r", file, "-V", "-x");
        Assert.All(NeverLeaves, word => Assert.DoesNotContain(word, shown, StringComparison.Ordinal));
        Assert.All(NeverLeaves, word => Assert.DoesNotContain(word, Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
        foreach (var address in new[] { Forge.Caller, Forge.Callee }) Assert.Equal(-1, (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf(IPAddress.Parse(address).GetAddressBytes()));

        var sip = await Tools.AskAsync(Tools.Tshark, "-r", file, "-Y", "sip", "-T", "fields", "-e", "ip.src", "-e", "ip.dst", "-e", "sip.Method", "-e", "sip.Status-Code", "-e", "sip.CSeq.seq", "-e", "sdp.media");
        Assert.Contains("198.18.0.1\t198.18.0.2\tINVITE\t\t1\taudio 20000 RTP/AVP 8 101", sip, StringComparison.Ordinal);
        Assert.Contains("198.18.0.2\t198.18.0.1\t\t200\t1\taudio 30000 RTP/AVP 8 101", sip, StringComparison.Ordinal);
        Assert.Equal(
            ["call-1-xxxxxxx", "call-1-xxxxxxx"],
            (await Tools.AskAsync(Tools.Tshark, "-r", file, "-Y", "sip", "-T", "fields", "-e", "sip.Call-ID")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var damaged = await Tools.AskAsync(Tools.Tshark, "-r", file, "-Y", "frame.comment contains \"checksum\"", "-T", "fields", "-e", "udp.dstport", "-e", "frame.len");
        Assert.Equal("30000\t214", damaged.Trim());
        var about = await Tools.AskAsync(Tools.Find("capinfos", "tshark"), file);
        Assert.Contains("fault F-2026-000007 (media.loss)", about, StringComparison.Ordinal);
        Assert.Contains("clock offset +12.5 ms against its reference", about, StringComparison.Ordinal);

        var streams = await Tools.StreamsAsync(file, "-d", "udp.port==20000,rtp");
        Assert.Equal([50.0, 50.0], streams.Values.Select(s => s.Packets));
    }

    [Fact]
    public async Task A_checksum_that_was_right_stays_right_and_one_that_was_wrong_stays_wrong()
    {
        using var folder = new Folder();
        var forge = new Forge().Rtp(0, true, 1, 160).Rtp(0.02, true, 2, 320).Rtp(0.04, false, 3, 480).Tcp(0.06, Forge.Caller, 40_000, Forge.Callee, 80, 1, 1, "S");
        forge.Frames[1].Frame[24] ^= 0x55;
        var window = PacketCutterTests.Window(forge.Frames);
        var checks = new[] { "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-T", "fields", "-e", "ip.checksum.status", "-e", "tcp.checksum.status" };

        var before = await Tools.AskAsync(Tools.Tshark, ["-r", folder.Write("kept.pcapng", window), .. checks]);
        var after = await Tools.AskAsync(Tools.Tshark, ["-r", folder.Write("leaving.pcapng", Leaving(window)), .. checks]);

        Assert.Equal("1\t\n0\t\n1\t\n1\t1\n", before);
        Assert.Equal(before, after);
    }

    [Fact]
    public void The_same_window_leaves_as_the_same_octets()
    {
        var window = PacketCutterTests.Window(PacketCutterTests.SpokenCall(damage: 30));

        Assert.Equal(Leaving(window), Leaving(window));
    }

    [Fact]
    public void A_window_that_is_too_long_is_cut_to_what_is_nearest_to_the_beginning_of_the_fault_and_says_so()
    {
        var forge = new Forge();
        for (var i = 0; i < 3000; i++) forge.Rtp(i * 0.02, true, (ushort)i, (uint)(i * 160));
        var window = PacketCutterTests.Window(forge.Frames);

        var cut = Read(Leaving(window, around: 30, most: 50_000), out var comment);

        Assert.InRange(cut.Count, 300, 560);
        Assert.InRange(TimeSpan.FromTicks(cut[0].At - Forge.Start.UtcTicks).TotalSeconds, 24, 28);
        Assert.InRange(TimeSpan.FromTicks(cut[^1].At - Forge.Start.UtcTicks).TotalSeconds, 32, 36);
        Assert.Contains($"about {cut.Count} of 3000 frames", comment, StringComparison.Ordinal);
        Assert.DoesNotContain("about", Comment(Leaving(window)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_wrote_into_the_kept_file_does_not_leave()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new PcapngWriter(output);
        writer.Begin("someone", "fault F-2026-000007 (media.loss)\nCANARY of judge.wang\nclock offset not measured", LinkLayer.Ethernet, "CANARY0", 4096);
        var (at, frame) = new Forge().Udp(0, Forge.Caller, 9, Forge.Callee, 9, "CANARY in a payload that was kept all the same"u8.ToArray()).Frames[0];
        writer.Frame(at, frame, frame.Length, "CANARY of judge.wang");

        var leaving = Leaving(output.WrittenSpan.ToArray());

        Assert.DoesNotContain("CANARY", Encoding.Latin1.GetString(leaving), StringComparison.Ordinal);
        Assert.StartsWith("fault F-2026-000007 (media.loss)\nclock offset not measured\n", Comment(leaving), StringComparison.Ordinal);
        Assert.Equal(42, Assert.Single(Read(leaving, out _)).Octets.Length);
    }

    [Fact]
    public void Addresses_in_what_is_no_call_go_too()
    {
        byte[] icmp = [3, 3, 0, 0, 0, 0, 0, 0, 0x45, 0, 0, 60, 0, 0, 0, 0, 64, 17, 0x12, 0x34, 10, 1, 1, 10, 10, 2, 2, 20, 0x13, 0xC4, 0x13, 0xC4, 0, 40, 0, 0];
        byte[] redirect = [5, 1, 0, 0, 10, 9, 9, 9, .. icmp[8..]];
        byte[] echo = [8, 0, 0, 0, 0, 1, 0, 1, .. "CANARY-PAYLOAD-OF-AN-ECHO"u8];
        byte[] arp = [0, 1, 8, 0, 6, 4, 0, 1, 0xAA, 0xBB, 0xCC, 1, 2, 3, 10, 1, 1, 10, 0, 0, 0, 0, 0, 0, 10, 2, 2, 20];
        byte[] six = [0x60, 0, 0, 0, 0, 16, 17, 64, .. IPAddress.Parse("2001:250:1::10").GetAddressBytes(), .. IPAddress.Parse("2001:250:2::20").GetAddressBytes(), 0, 9, 0, 9, 0, 16, 0, 0, .. "CANARY01"u8];
        byte[][] frames = [Ethernet(0x0800, [.. IPv4(1, icmp.Length), .. icmp]), Ethernet(0x0800, [.. IPv4(1, redirect.Length), .. redirect]), Ethernet(0x0800, [.. IPv4(1, echo.Length), .. echo]), Ethernet(0x0806, arp), Ethernet(0x86DD, six), Ethernet(0x88CC, "CANARY-LLDP-NAME"u8.ToArray())];
        var mask = new LeavingMask();

        foreach (var frame in frames)
        {
            var copy = frame.ToArray();
            var left = copy.AsSpan(0, mask.Mask(LinkLayer.Ethernet, copy, frame.Length));

            foreach (var address in new[] { "10.1.1.10", "10.2.2.20", "10.9.9.9", "2001:250:1::10", "2001:250:2::20" }) Assert.Equal(-1, left.IndexOf(IPAddress.Parse(address).GetAddressBytes()));
            Assert.Equal(-1, left.IndexOf("CANARY"u8));
            Assert.Equal(-1, left.IndexOf<byte>([0xAA, 0xBB, 0xCC]));
        }
    }

    [Fact]
    public void Whatever_becomes_of_a_frame_nothing_of_it_is_read_outside_of_it()
    {
        var random = new Random(7);
        foreach (var (_, frame) in PacketCutterTests.SpokenCall(damage: -1).Take(20))
        {
            for (var i = 0; i < 200; i++)
            {
                var bent = frame[..random.Next(0, frame.Length + 1)];
                for (var n = 0; n < i % 6 && bent.Length > 0; n++) bent[random.Next(bent.Length)] = (byte)random.Next(256);
                Assert.InRange(new LeavingMask().Mask((LinkLayer)(i % 3 == 0 ? 113 : i % 3 == 1 ? 276 : 1), bent, frame.Length), 0, bent.Length);
            }
        }
    }

    private static byte[] Leaving(byte[] kept, double around = 0, int most = LeavingWindow.Most) =>
        LeavingWindow.Write(() => new MemoryStream(kept), "eth1", Forge.Start.AddSeconds(around), most);

    private static string Comment(byte[] file)
    {
        Read(file, out var comment);
        return comment;
    }

    private static List<(long At, byte[] Octets)> Read(byte[] file, out string comment)
    {
        var reader = new CaptureReader(new MemoryStream(file));
        var frames = new List<(long, byte[])>();
        while (reader.TryNext(out var frame)) frames.Add((frame.At, frame.Octets.ToArray()));
        comment = reader.Comment!;
        return frames;
    }

    private static byte[] Ethernet(ushort type, byte[] rest) => [0xAA, 0xBB, 0xCC, 1, 2, 3, 0xAA, 0xBB, 0xCC, 4, 5, 6, (byte)(type >> 8), (byte)type, .. rest];

    private static byte[] IPv4(byte protocol, int length)
    {
        byte[] head = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 1, 1, 10, 10, 2, 2, 20];
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)(20 + length));
        return head;
    }
}
