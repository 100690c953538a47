using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AvGateway.LineWatch.Tests.Verdict;

/// <summary>The gateways of three courts over one <see cref="NetworkSpace"/>, each watching its lines to the two others.</summary>
internal sealed class Courts : IAsyncDisposable
{
    public const string Key = "a shared secret of the test courts";

    private static readonly (string Site, string Box, string Address)[] All = [("court-a", "ga", "10.1.0.10"), ("court-b", "gb", "10.2.0.10"), ("court-c", "gc", "100.64.3.10")];
    private static readonly string[] Snmpd = ["-f", "-Lo", "-I", "-smux,-mteTrigger,-mteTriggerConf", "-r", "-C", "-c"];

    private static readonly JsonSerializerOptions Written = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-lines-").FullName;
    private readonly List<string> _wounded = [];

    private Courts(NetworkSpace space)
    {
        Space = space;
        space.DeleteAtEnd(_folder);
    }

    public NetworkSpace Space { get; }
    public CourtGateway A { get; private set; } = null!;
    public CourtGateway B { get; private set; } = null!;

    public static async Task<Courts> OpenAsync(NetworkSpace space)
    {
        var courts = new Courts(space);
        foreach (var (box, address) in (ReadOnlySpan<(string, string)>)[("ra", "10.1.0.1"), ("rb", "10.2.0.1")]) courts.StartAgent(box, address);
        var started = await Task.WhenAll(All.Select(c => CourtGateway.StartAsync(space, c.Box, c.Site, courts.Write(c.Site, c.Address))));
        (courts.A, courts.B) = (started[0], started[1]);
        await Task.WhenAll(started.SelectMany((g, i) => All.Where(o => o.Site != All[i].Site).Select(o => g.SeeAsync($"$line/to-{o.Site}", l => l.GetProperty("state").GetString() == "well"))));
        return courts;
    }

    public async Task WellAsync()
    {
        await A.SeeAsync("$line/to-court-b", l => l.GetProperty("state").GetString() == "well");
        await B.SeeAsync("$line/to-court-a", l => l.GetProperty("state").GetString() == "well");
    }

    public void StopGateway(string court) => Signal(court, "STOP");

    public void ContinueGateway(string court) => Signal(court, "CONT");

    public ValueTask DisposeAsync()
    {
        foreach (var court in _wounded.ToList()) ContinueGateway(court);
        return ValueTask.CompletedTask;
    }

    private void Signal(string court, string signal)
    {
        var process = court == "b" ? B.ProcessId : A.ProcessId;
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        _ = signal == "STOP" ? Add(court) : _wounded.Remove(court);

        bool Add(string stopped)
        {
            _wounded.Add(stopped);
            return true;
        }
    }

    private void StartAgent(string box, string address)
    {
        var configuration = Path.Combine(_folder, $"{box}.conf");
        File.WriteAllText(configuration, $"agentAddress udp:{address}:161\nrocommunity judge\n");
        var start = new ProcessStartInfo("snmpd");
        foreach (var argument in (string[])[.. Snmpd, configuration]) start.ArgumentList.Add(argument);
        var agent = Space.Start(box, start);
        _ = agent.StandardOutput.ReadToEndAsync();
        _ = agent.StandardError.ReadToEndAsync();
    }

    private string Write(string site, string address)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, site)).FullName;
        File.WriteAllText(Path.Combine(folder, "key"), Key);
        File.WriteAllText(Path.Combine(folder, "community"), "judge");
        var router = site switch { "court-a" => "10.1.0.1", "court-b" => "10.2.0.1", _ => null };
        var hop = site switch { "court-a" => "100.64.1.1", "court-b" => "100.64.2.1", _ => "100.64.3.1" };
        var lines = All.Where(o => o.Site != site).Select(o => new
        {
            id = $"to-{o.Site}",
            kind = "line",
            feeds = Array.Empty<string>(),
            carrier = "carrier",
            circuit = $"C-{site}",
            watch = new
            {
                far = o.Site,
                peer = $"{o.Address}:{Port(o.Site, site)}",
                key = "file:key",
                listen = $"{address}:{Port(site, o.Site)}",
                rate = 20,
                silentAfter = "1500ms",
                variation = "500ms",
                router = router ?? hop,
                carrierHop = router is null ? null : hop,
                farRouter = o.Site switch { "court-a" => "100.64.1.2", "court-b" => "100.64.2.2", _ => null },
                port = router is null ? null : "wan",
                farContact = "far-duty",
            },
        });
        var channels = new[] { new { id = "out", kind = "folder", path = "out" } };
        var contacts = new[] { "duty", "far-duty", "carrier-desk" }.Select(c => new { id = c, reach = new[] { new { channel = "out" } } });
        var document = new
        {
            site = new { id = site, name = new { zh = site, en = site }, zone = "Asia/Shanghai" },
            rooms = new[] { new { id = "court-1", devices = new[] { new { id = "matrix", driver = "videohub", link = "tcp://127.0.0.1:9", enabled = false } } } },
            carriers = new[] { new { id = "carrier", contact = "carrier-desk" } },
            network = lines,
            probes = router is null ? [] : new[] { new { id = "wan", kind = "snmp-interface", target = $"snmp://{router}?version=2c", secret = "file:community", every = "5s", within = "2s", options = new { @interface = "wan" } } },
            channels,
            contacts,
            escalation = new[] { new { id = "lines", codes = new[] { "line.down", "line.silent", "line.degraded" }, wait = "1s", rungs = new object[] { new { to = new[] { "party" } }, new { after = "1m", to = new[] { "contact:duty" } } } } },
        };
        var file = Path.Combine(folder, "site.json");
        File.WriteAllText(file, JsonSerializer.Serialize(document, Written));
        return file;
    }

    // A reflector for each peer.
    private static int Port(string listener, string asker) => 8600 + 10 * (listener[^1] - 'a') + (asker[^1] - 'a');
}
