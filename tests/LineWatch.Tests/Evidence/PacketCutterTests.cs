using System.Buffers;
using System.Text;
using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Evidence;
using AvGateway.LineWatch.Packets;

namespace AvGateway.LineWatch.Tests.Evidence;

/// <summary>What may stand in evidence, and what never does.</summary>
public sealed class PacketCutterTests
{
    private static readonly string[] Canaries = ["CANARY", "judge.wang", "王法官", "13800001111", "wang"];

    [Fact]
    public async Task A_window_of_a_call_opens_in_tshark_shows_the_damaged_frame_and_holds_no_speech_name_or_password()
    {
        using var folder = new Folder();
        var file = folder.Write("evidence.pcapng", Window(SpokenCall(damage: 30)));

        var (text, hex) = (Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)), await Tools.AskAsync(Tools.Tshark, "-r", file, "-V", "-x"));
        Assert.All(Canaries, c => Assert.DoesNotContain(c, text, StringComparison.Ordinal));
        Assert.All(Canaries, c => Assert.DoesNotContain(c, hex, StringComparison.Ordinal));

        var damaged = await Tools.AskAsync(Tools.Tshark, "-r", file, "-Y", "frame.comment contains \"checksum\"", "-T", "fields", "-e", "frame.comment", "-e", "udp.dstport", "-e", "frame.len", "-e", "frame.cap_len");
        Assert.Equal("the UDP or TCP checksum was wrong (looked at before the payload was cut)\t30000\t214\t54", damaged.Trim());
        var sip = await Tools.AskAsync(Tools.Tshark, "-r", file, "-Y", "sip", "-T", "fields", "-e", "sip.Method", "-e", "sip.Status-Code", "-e", "sip.Call-ID", "-e", "sdp.media");
        Assert.Contains("INVITE\t\ta84b4c76e66710\taudio 20000 RTP/AVP 8 101", sip, StringComparison.Ordinal);
        Assert.Contains("\t200\ta84b4c76e66710\taudio 30000 RTP/AVP 8 101", sip, StringComparison.Ordinal);
        Assert.Contains("fault F-2026-000007 (media.loss)", await Tools.AskAsync(Tools.Find("capinfos", "tshark"), file), StringComparison.Ordinal);
        Assert.Contains("clock offset +12.5 ms against its reference", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_checksum_that_is_wrong_is_seen_by_tshark_itself()
    {
        using var folder = new Folder();
        var frames = new Forge().Rtp(0, true, 1, 160).Rtp(0.02, true, 2, 320).Frames;
        frames[1].Frame[24] ^= 0x55;
        var file = folder.Write("evidence.pcapng", Window(frames));

        var found = await Tools.AskAsync(Tools.Tshark, "-r", file, "-o", "ip.check_checksum:TRUE", "-Y", "ip.checksum.status == 0", "-T", "fields", "-e", "frame.number", "-e", "frame.comment");

        Assert.Equal("2\tthe IPv4 header checksum was wrong", found.Trim());
    }

    [Fact]
    public void What_is_kept_reads_like_the_whole_for_lines()
    {
        var frames = SpokenCall(damage: -1);
        var whole = Read(frames);
        using var kept = new MemoryStream(Window(frames));

        var again = CaptureFile.Read(kept, new());

        Assert.Equal(whole.Streams.Select(s => (s.Codec, s.Expected, s.Lost, s.MeanJitter)), again.Streams.Select(s => (s.Codec, s.Expected, s.Lost, s.MeanJitter)));
        Assert.Equal(whole.Calls.Select(c => (c.Id, c.State, c.From)), again.Calls.Select(c => (c.Id, c.State, c.From)));
    }

    [Fact]
    public void Every_frame_and_every_mutilation_of_it_keeps_no_canary()
    {
        var random = new Random(5);
        var analysis = new LineAnalysis(new());
        foreach (var (at, frame) in SpokenCall(damage: -1))
        {
            for (var i = 0; i < 40; i++)
            {
                var bent = frame[..random.Next(14, frame.Length + 1)];
                for (var n = 0; n < i % 4; n++) bent[random.Next(14, 60) % bent.Length] = (byte)random.Next(256);
                var packet = Packet.Read(at, LinkLayer.Ethernet, bent, frame.Length);
                var kept = new byte[frame.Length];
                var length = PacketCutter.Cut(packet, analysis.Take(packet), kept);
                var text = Encoding.UTF8.GetString(kept, 0, length);

                Assert.DoesNotContain("CANARY", text, StringComparison.Ordinal);
                Assert.DoesNotContain("judge", text, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(17)]
    [InlineData(6)]
    public void What_is_no_call_keeps_no_payload(byte protocol)
    {
        var forge = new Forge();
        if (protocol == 17) forge.Udp(0, Forge.Caller, 161, Forge.Callee, 40_000, "CANARY-COMMUNITY"u8.ToArray());
        else forge.Tcp(0, Forge.Caller, 5060, Forge.Callee, 40_000, 1, 1, "A", payload: 200);
        var packet = Forge.Read(forge.Frames[0]);

        Assert.Equal(packet.PayloadAt, PacketCutter.Cut(packet, new LineAnalysis(new()).Take(packet), new byte[500]));
    }

    internal static IReadOnlyList<(long At, byte[] Frame)> SpokenCall(int damage)
    {
        var forge = new Forge().Call(0);
        for (var i = 0; i < 100; i++) forge.Rtp(0.2 + (i * 0.02), i % 2 == 0, (ushort)(i / 2), (uint)(i / 2 * 160), source: (uint)(i % 2) + 1, speech: Encoding.ASCII.GetBytes($"CANARY-SPEECH-{i:00000}"));
        var frames = forge.Frames;
        if (damage >= 0) frames.Where(f => Forge.Read(f).DestinationPort == 30_000).ElementAt(damage).Frame[^1] ^= 0x10;
        return frames;
    }

    private static LinePicture Read(IReadOnlyList<(long At, byte[] Frame)> frames)
    {
        var analysis = new LineAnalysis(new());
        foreach (var frame in frames) analysis.Take(Forge.Read(frame));
        return analysis.Picture();
    }

    // As the capture process does it: look, cut, keep; then a window of the ring.
    internal static byte[] Window(IReadOnlyList<(long At, byte[] Frame)> frames)
    {
        var (analysis, ring, kept) = (new LineAnalysis(new()), new EvidenceRing(1024 * 1024, TimeSpan.FromMinutes(5)), new byte[4096]);
        foreach (var frame in frames)
        {
            var packet = Forge.Read(frame);
            var sight = analysis.Take(packet);
            ring.Add(frame.At, kept.AsSpan(0, PacketCutter.Cut(packet, sight, kept)), packet.WireLength, sight.Mark);
        }

        var output = new ArrayBufferWriter<byte>();
        new EvidenceWriter(new("F-2026-000007", "media.loss", "wan", "eth1", Forge.Start, Forge.Start.AddMinutes(1), TimeSpan.FromMilliseconds(12.5)), LinkLayer.Ethernet, output).Continue(ring);
        return output.WrittenSpan.ToArray();
    }
}
