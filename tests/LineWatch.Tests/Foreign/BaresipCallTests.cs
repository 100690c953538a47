using System.Diagnostics;
using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Tests.Verdict;

namespace AvGateway.LineWatch.Tests.Foreign;

/// <summary>
/// Two real telephones with real sound, each in its court, a carrier between them that loses packets and holds others back: what the watch reads of it is what
/// tshark reads of the same capture.
/// </summary>
public sealed class BaresipCallTests
{
    private const string Here = "10.1.0.10";
    private const string There = "10.2.0.10";
    private const int LosesPercent = 6;

    // Five seconds of both directions.
    private const long Captured = 5 * 2 * 50 * 248;

    [Fact]
    public async Task A_call_over_a_lossy_and_unsteady_line_reads_as_tshark_reads_it()
    {
        if (await NetworkSpace.WhyNotAsync() is { } why) Assert.Skip(why);
        Tools.Find("baresip", "baresip-core");
        using var folder = new Folder();
        var file = folder.Sub("call.pcapng");
        await using (var space = await NetworkSpace.BuildAsync(("cr", "ca")))
        {
            var there = Telephone(space, folder, "gb", There);
            await SaysAsync(there, "baresip is ready");
            await using var dump = await Dump.OfBoxAsync(file, space, "gb", "eth0", "10.2.0.1");
            (space.Relay!.HeldBack, space.Relay.OneIn) = (TimeSpan.FromMilliseconds(15), 4);
            await space.DropAsync("cr", "cb", @in: true, @out: true, LosesPercent);
            var here = Telephone(space, folder, "ga", Here, "-e", $"/dial sip:8001@{There}");
            await SaysAsync(here, "Call established");
            await dump.HasAsync(Captured);
            here.Kill();
            await dump.EndAsync();
        }

        await TsharkTests.CompareAsync(file, new(), streams: 2);
        await using var read = File.OpenRead(file);
        var picture = CaptureFile.Read(read, new());
        Assert.Single(picture.Calls);
        var (heard, said) = (picture.Streams.Single(s => s.From.StartsWith(Here, StringComparison.Ordinal)), picture.Streams.Single(s => s.From.StartsWith(There, StringComparison.Ordinal)));

        // The one came over the line, the other had it still before it.
        Assert.True(heard.Lost > 0 && heard.Received > 100 && heard.MostJitter > 2, $"{heard}\n{said}");
        Assert.Equal(0, said.Lost);
        TestContext.Current.TestOutputHelper?.WriteLine($"{heard}\n{said}");
    }

    private static Process Telephone(NetworkSpace space, Folder folder, string box, string address, params string[] more)
    {
        var home = Directory.CreateDirectory(folder.Sub(box)).FullName;
        File.WriteAllText(Path.Combine(home, "config"), $"""
            poll_method		epoll
            sip_listen		{address}:5060
            sip_trans_def		udp
            call_max_calls		1
            audio_path		/usr/share/baresip
            audio_player		aubridge,loop
            audio_source		ausine,440
            audio_alert		aubridge,alert
            ausrc_srate		48000
            auplay_srate		8000
            ausrc_channels		2
            auplay_channels		1
            rtp_ports		20000-20064
            rtcp_mux		no
            jitter_buffer_delay	1-2
            module_path		/usr/lib/baresip/modules
            module			g711.so
            module			aubridge.so
            module			ausine.so
            module_app		account.so
            module_app		menu.so

            """);
        File.WriteAllText(Path.Combine(home, "accounts"), $"<sip:8001@{address}>;regint=0;answermode=auto;audio_codecs=pcma\n");
        File.WriteAllText(Path.Combine(home, "contacts"), "");
        return space.Start(box, new(Tools.Find("baresip", "baresip-core"), ["-f", home, "-4", .. more]));
    }

    private static async Task SaysAsync(Process telephone, string words)
    {
        var said = "";
        while (!said.Contains(words, StringComparison.OrdinalIgnoreCase))
        {
            var line = await telephone.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Tools.Patience);
            if (line is null) Assert.Fail($"it ended: {said}\n{await telephone.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
            said += line + "\n";
        }

        // Nobody must hold it up by not reading what it says later.
        _ = telephone.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = telephone.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }
}
