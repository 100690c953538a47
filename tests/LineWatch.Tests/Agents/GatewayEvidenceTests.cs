using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AvGateway.LineWatch.Evidence;
using AvGateway.LineWatch.Pcapng;
using AvGateway.LineWatch.Tests.Evidence;

namespace AvGateway.LineWatch.Tests.Agents;

/// <summary>The gateway itself from a damaged packet to the bundle of the fault: which window it asks for, with which clock, and what of it leaves.</summary>
public sealed class GatewayEvidenceTests
{
    // Far more than a busy machine could measure wrongly.
    private static readonly TimeSpan ServerIsAhead = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_window_of_a_fault_has_the_clocks_offset_and_leaves_in_its_bundle_without_addresses()
    {
        using var folder = new Folder();
        var (site, data) = (folder.Sub("site.json"), folder.Sub("data"));
        using var clock = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        clock.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var agent = new FakeAgent(folder.Sub("agent.sock"), Ring);
        await File.WriteAllTextAsync(site, $$"""
            { "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai" },
              "rooms": [{ "id": "court-1", "devices": [{ "id": "matrix", "driver": "videohub", "link": "tcp://127.0.0.1:9" }] }],
              "probes": [{ "id": "clock", "kind": "ntp", "target": "ntp://127.0.0.1:{{((IPEndPoint)clock.LocalEndPoint!).Port}}", "every": "5s" }],
              "capture": { "agent": "{{folder.Sub("agent.sock")}}", "lines": [{ "id": "wan", "interface": "lo" }], "evidence": { "key": "env:AVGW_EVIDENCE_TEST_KEY" } } }
            """, TestContext.Current.CancellationToken);
        using var gateway = AgentProcess.AsWeAre($"env AVGW_EVIDENCE_TEST_KEY=a-key-of-the-court-s-own dotnet {AgentProcess.Program} run {site} --data {data} --http 127.0.0.1:0 --mqtt 127.0.0.1:0 --mqtts off");
        await gateway.SaysAsync("\"ready\":true");
        var (http, mqtt, password) = await DoorsAsync(gateway, data);
        _ = TellTimeAsync(clock);
        await KnowsTheTimeAsync(mqtt, password);
        await agent.ShowAsync(wrongChecksums: 0);
        await agent.ShowAsync(wrongChecksums: 3);
        var cause = await agent.AskedAsync();

        Assert.Equal(("media.damaged", "wan"), (cause.Code, cause.Watch));
        Assert.InRange(cause.Clock!.Value, -ServerIsAhead - TimeSpan.FromSeconds(10), -ServerIsAhead + TimeSpan.FromSeconds(10));
        await gateway.SaysAsync("is kept in");
        Assert.True(SealedEvidence.IsSealed(await File.ReadAllBytesAsync(Path.Combine(data, "captures", $"{cause.Fault}-wan.pcapng.sealed"), TestContext.Current.CancellationToken)));
        var window = await LeavingAsync(http, password, cause.Fault);
        var reader = new CaptureReader(new MemoryStream(window));
        var (frames, marked) = (0, 0);
        while (reader.TryNext(out var frame)) (frames, marked) = (frames + 1, marked + (frame.Comment is null ? 0 : 1));
        Assert.Equal((102, 1), (frames, marked));
        Assert.StartsWith($"fault {cause.Fault} (media.damaged)\nwatch wan on lo\nwindow ", reader.Comment, StringComparison.Ordinal);
        Assert.Matches(@"\nclock offset -(5|6)\d{4}\.\d ms against its reference\n", reader.Comment);
        Assert.Equal(-1, window.AsSpan().IndexOf(IPAddress.Parse(Forge.Caller).GetAddressBytes()));
        Assert.DoesNotContain(Forge.Caller, Encoding.Latin1.GetString(window), StringComparison.Ordinal);
    }

    // The packets of a call, as if they had gone by when the fault began.
    private static EvidenceRing Ring(EvidenceCause cause)
    {
        var (analysis, ring, kept) = (new Analysis.LineAnalysis(new()), new EvidenceRing(1024 * 1024, TimeSpan.FromMinutes(5)), new byte[4096]);
        foreach (var frame in PacketCutterTests.SpokenCall(damage: 30))
        {
            var packet = Forge.Read(frame);
            var sight = analysis.Take(packet);
            ring.Add(frame.At - Forge.Start.UtcTicks + cause.From.UtcTicks, kept.AsSpan(0, PacketCutter.Cut(packet, sight, kept)), packet.WireLength, sight.Mark);
        }

        return ring;
    }

    private static async Task<(string Http, string Mqtt, string Password)> DoorsAsync(AgentProcess gateway, string data)
    {
        var ready = JsonDocument.Parse(gateway.Said.Split('\n').First(l => l.StartsWith("{\"ready\"", StringComparison.Ordinal))).RootElement;
        var password = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data, "credentials.json"), TestContext.Current.CancellationToken)).RootElement
            .GetProperty("users").EnumerateArray().First(u => u.GetProperty("name").GetString() == "engineer").GetProperty("password").GetString()!;
        return (ready.GetProperty("http").GetString()!, ready.GetProperty("mqtt").GetString()!, password);
    }

    private static async Task KnowsTheTimeAsync(string mqtt, string password)
    {
        using var told = Tools.Start(
            Tools.Find("mosquitto_sub", "mosquitto-clients"), "-h", mqtt.Split(':')[0], "-p", mqtt.Split(':')[1], "-u", "engineer", "-P", password, "-t", "avgw/1/city/$probe/clock");
        try
        {
            var line = "";
            while (!line.Contains("offset", StringComparison.Ordinal))
            {
                line = await told.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Tools.Patience, TestContext.Current.CancellationToken);
                if (line is null) Assert.Fail(await told.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            }
        }
        finally
        {
            told.Kill(entireProcessTree: true);
        }
    }

    private static async Task<byte[]> LeavingAsync(string http, string password, string fault)
    {
        using var web = new HttpClient();
        web.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"engineer:{password}")));
        using var zip = new ZipArchive(new MemoryStream(await web.GetByteArrayAsync($"{http}/bundle/{fault}", TestContext.Current.CancellationToken)));
        var entry = zip.GetEntry("packets-wan.pcapng");
        Assert.True(entry is not null, string.Join(' ', zip.Entries.Select(e => e.FullName)));
        using var content = new MemoryStream();
        await using var packed = await entry.OpenAsync(TestContext.Current.CancellationToken);
        await packed.CopyToAsync(content, TestContext.Current.CancellationToken);
        return content.ToArray();
    }

    // RFC 5905, figure 8, as a server of stratum 2.
    private static async Task TellTimeAsync(Socket clock)
    {
        try
        {
            var asked = new byte[48];
            while (true) await AnswerAsync(clock, asked, (await clock.ReceiveFromAsync(asked, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0))).RemoteEndPoint);
        }
        catch (Exception over) when (over is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private static async Task AnswerAsync(Socket clock, byte[] asked, EndPoint from)
    {
        var answer = new byte[48];
        (answer[0], answer[1]) = (0x24, 2);
        asked.AsSpan(40, 8).CopyTo(answer.AsSpan(24));
        foreach (var at in (ReadOnlySpan<int>)[32, 40])
        {
            var now = TimeProvider.System.GetUtcNow() + ServerIsAhead - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
            BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(at), (uint)now.TotalSeconds);
            BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(at + 4), (uint)(now.TotalSeconds % 1 * uint.MaxValue));
        }

        await clock.SendToAsync(answer, from);
    }
}
