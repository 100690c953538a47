using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Pcapng;

namespace AvGateway.LineWatch.Tests.Foreign;

/// <summary>Real calls on this machine, captured once and read twice.</summary>
public sealed class LiveCallTests
{
    // A call of the tester that plays its recorded G.711 for two seconds; the other side answers by the built-in scenario.
    private const string Scenario = """
        <?xml version="1.0" encoding="ISO-8859-1" ?>
        <scenario name="recorded">
          <send retrans="500"><![CDATA[
        INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: sipp <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>
        Call-ID: [call_id]
        CSeq: 1 INVITE
        Contact: sip:sipp@[local_ip]:[local_port]
        Max-Forwards: 70
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=user1 1 1 IN IP[local_ip_type] [local_ip]
        s=-
        c=IN IP[local_ip_type] [local_ip]
        t=0 0
        m=audio [media_port] RTP/AVP 8
        a=rtpmap:8 PCMA/8000
          ]]></send>
          <recv response="100" optional="true" />
          <recv response="180" optional="true" />
          <recv response="200" />
          <send><![CDATA[
        ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: sipp <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
        Call-ID: [call_id]
        CSeq: 1 ACK
        Max-Forwards: 70
        Content-Length: 0

          ]]></send>
          <nop><action><exec play_pcap_audio="/usr/share/sip-tester/g711a.pcap" /></action></nop>
          <pause milliseconds="3000" />
          <send retrans="500"><![CDATA[
        BYE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: sipp <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
        Call-ID: [call_id]
        CSeq: 2 BYE
        Max-Forwards: 70
        Content-Length: 0

          ]]></send>
          <recv response="200" />
        </scenario>
        """;

    [Fact]
    public async Task The_testers_recorded_stream_in_a_call_reads_as_tshark_reads_it_and_so_does_a_lossy_copy()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "the tester plays a recording by a raw socket: root alone may");
        using var folder = new Folder();
        var (port, own, media) = (Tools.FreePort(), Tools.FreePort(), Tools.FreePort() & ~1);
        var file = folder.Sub("call.pcapng");
        await File.WriteAllTextAsync(folder.Sub("recorded.xml"), Scenario, TestContext.Current.CancellationToken);
        var tester = Tools.Find("sipp", "sip-tester");
        await using (var dump = await Dump.OfLoopbackAsync(file, port, own, media))
        {
            using var answering = Tools.Start(tester, "-sn", "uas", "-i", "127.0.0.1", "-p", $"{port}", "-nostdin", "-m", "1");
            try
            {
                await Tools.AskAsync(tester, "-sf", folder.Sub("recorded.xml"), $"127.0.0.1:{port}", "-i", "127.0.0.1", "-p", $"{own}", "-mp", $"{media}", "-m", "1", "-nostdin", "-s", "court");
            }
            finally
            {
                answering.Kill(entireProcessTree: true);
            }

            await dump.EndAsync();
        }

        var bounds = new AnalysisBounds { SipPorts = [port, own] };
        await TsharkTests.CompareAsync(file, bounds, streams: 1, "-d", $"udp.port=={port},sip");
        await TsharkTests.CompareAsync(Lossy(file, folder.Sub("lossy.pcapng"), media), bounds, streams: 1, "-d", $"udp.port=={port},sip");
        await using var read = File.OpenRead(file);
        var call = Assert.Single(CaptureFile.Read(read, bounds).Calls);
        Assert.Equal("ended", call.State);
    }

    // Every twelfth datagram of the media is taken out: what a lossy line would have done.
    private static string Lossy(string from, string to, int media)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new PcapngWriter(output);
        using var input = File.OpenRead(from);
        var reader = new CaptureReader(input);
        var (count, hasBegun) = (0, false);
        while (reader.TryNext(out var frame))
        {
            if (!hasBegun) writer.Begin("tests", "every twelfth is gone", frame.Link, "lo", 65_535);
            hasBegun = true;
            if (frame.Read().SourcePort == media && ++count % 12 == 0) continue;
            writer.Frame(frame.At, frame.Octets, frame.WireLength);
        }

        Assert.True(count > 60, $"{count} packets of media were captured");
        File.WriteAllBytes(to, output.WrittenSpan);
        return to;
    }
}
