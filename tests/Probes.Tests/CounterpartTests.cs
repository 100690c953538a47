using System.Net.Sockets;
using AvGateway.Operations.Probes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing.Ssh;
using Microsoft.Data.Sqlite;

namespace AvGateway.Probes.Tests;

/// <summary>Probes against programs that are not ours: chrony, dnsmasq, net-snmp, libmodbus, OpenSSH.</summary>
public sealed class CounterpartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chrony_tells_the_offset_of_its_clock()
    {
        await using var server = new Foreign();
        var port = Foreign.FreePort(SocketType.Dgram);
        server.Start("chronyd", "chrony", "-d", "-x", "-U", "-u", Environment.UserName, "-f", server.Write("chrony.conf", $"""
            port {port}
            bindaddress 127.0.0.1
            allow 127.0.0.1
            local stratum 5
            cmdport 0
            pidfile {server.Folder}/pid

            """));
        await server.SaysAsync("chronyd version");

        // It tells its name before it has opened its port: until then it is refused.
        ProbeResult result;
        var began = TimeProvider.System.GetTimestamp();
        do result = await Look.AtAsync("ntp", $"ntp://127.0.0.1:{port}");
        while (result.Sight.Outcome is ProbeOutcome.Silent && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30));

        // Its clock is ours: whatever is measured is the way, and scheduling.
        result.Is(ProbeOutcome.Seen);
        Assert.InRange(result.Value("offset"), -500, 500);
        Assert.Equal(5, result.Value("stratum"));
    }

    [Fact]
    public async Task Dnsmasq_tells_the_address_of_a_name_and_refuses_another()
    {
        await using var server = new Foreign();
        var port = Foreign.FreePort(SocketType.Dgram);
        server.Start("dnsmasq", "dnsmasq-base", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", $"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", "--log-facility=-",
            "--pid-file=", $"--user={Environment.UserName}", "--address=/court.example/10.1.2.3");
        await server.SaysAsync("started");

        var right = await Look.AtAsync("dns", $"dns://127.0.0.1:{port}/court.example", options: ("expect", "10.1.2.3"));
        right.Is(ProbeOutcome.Seen);
        Assert.Equal("10.1.2.3", right.Sight.Says.En);
        (await Look.AtAsync("dns", $"dns://127.0.0.1:{port}/court.example", options: ("expect", "10.1.2.4"))).Is(ProbeOutcome.Wrong);
        (await Look.AtAsync("dns", $"dns://127.0.0.1:{port}/elsewhere.example")).Is(ProbeOutcome.Wrong);
    }

    [Fact]
    public async Task Nobody_at_a_port_is_silence()
    {
        foreach (var (kind, target) in new[] { ("dns", "dns://127.0.0.1:{0}/court.example"), ("ntp", "ntp://127.0.0.1:{0}"), ("snmp", "snmp://127.0.0.1:{0}?version=2c"), ("sip-options", "sip:x@127.0.0.1:{0}") })
        {
            var port = Foreign.FreePort(SocketType.Dgram);
            var result = kind == "snmp"
                ? await Look.AtAsync(kind, string.Format(System.Globalization.CultureInfo.InvariantCulture, target, port), within: TimeSpan.FromSeconds(2), options: ("oid", "1.3.6.1.2.1.1.5.0"))
                : await Look.AtAsync(kind, string.Format(System.Globalization.CultureInfo.InvariantCulture, target, port), within: TimeSpan.FromSeconds(2));
            result.Is(ProbeOutcome.Silent);
        }
    }

    [Fact]
    public async Task The_agent_of_net_snmp_tells_of_its_host_and_interfaces()
    {
        await using var agent = new Foreign();
        var port = Foreign.FreePort(SocketType.Dgram);
        agent.Write("snmpd.conf", $"agentAddress udp:127.0.0.1:{port}\nrocommunity judge\nsysName courthouse\n");
        agent.Start("snmpd", "snmpd", "-f", "-Lo", "-I", "-smux,-mteTrigger,-mteTriggerConf", "-r");
        await agent.SaysAsync("NET-SNMP version");
        var target = $"snmp://127.0.0.1:{port}?version=2c";

        var name = await Look.AtAsync("snmp", target, "judge", options: [("oid", "1.3.6.1.2.1.1.5.0"), ("expect", "courthouse")]);
        name.Is(ProbeOutcome.Seen);
        (await Look.AtAsync("snmp", target, "judge", options: ("oid", "1.3.6.1.2.1.1.99.0"))).Is(ProbeOutcome.Wrong);
        (await Look.AtAsync("snmp-ups", target, "judge")).Is(ProbeOutcome.Wrong);
        var stranger = await Look.AtAsync("snmp", target, "nobody", TimeSpan.FromSeconds(3), ("oid", "1.3.6.1.2.1.1.5.0"));
        stranger.Is(ProbeOutcome.Silent);

        await using (var lo = Look.Watch("snmp-interface", target, "judge", options: ("interface", "lo")))
        {
            (await lo.RunNow("p")!.WaitAsync(TimeSpan.FromSeconds(60), Cancellation)).Is(ProbeOutcome.Seen);
            var second = await lo.RunNow("p")!.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
            second.Is(ProbeOutcome.Seen);
            Assert.Equal(0, second.Value("errors"));
        }

        (await Look.AtAsync("snmp-interface", target, "judge", options: ("interface", "nowhere0"))).Is(ProbeOutcome.Wrong);

        // What volumes a machine has is its own matter; that one which it does not have is told is ours.
        var missing = await Look.AtAsync("snmp-host", target, "judge", options: ("storage", "no such volume"));
        missing.Is(ProbeOutcome.Wrong);
        Assert.Contains("Physical memory", missing.Sight.Says.En, StringComparison.Ordinal);
        var memory = await Look.AtAsync("snmp-host", target, "judge", options: ("storage", "Physical memory"));
        memory.Is(ProbeOutcome.Seen);
        Assert.InRange(memory.Value("used"), 1, 100);
    }

    [Fact]
    public async Task A_power_supply_tells_how_long_its_battery_lasts()
    {
        await using var court = await SimulatedCourt.StartAsync([new DeviceSetting("bench", "ups", "snmp-ups")], TimeProvider.System);
        var result = await Look.AtAsync("snmp-ups", court.Devices[0].Link.Uri);

        result.Is(ProbeOutcome.Seen);
        Assert.Contains("on mains", result.Sight.Says.En, StringComparison.Ordinal);
        Assert.True(result.Value("minutes") > 0);
    }

    [Fact]
    public async Task A_unit_of_libmodbus_tells_a_temperature_and_water()
    {
        await using var compiler = new Foreign();
        await using var unit = new Foreign();
        var peer = Path.Combine(compiler.Folder, "modbus-peer");
        var source = Path.GetFullPath(Path.Combine(Here(), "../Drivers.Tests/Counterparts/modbus-peer.c"));
        using (var cc = System.Diagnostics.Process.Start("cc", ["-I/usr/include/modbus", "-o", peer, source, "-lmodbus"])) await cc.WaitForExitAsync(Cancellation);
        var port = Foreign.FreePort(SocketType.Stream);
        unit.Start(peer, "gcc libc6-dev libmodbus-dev", "unit", "tcp", $"{port}", "17");
        await unit.SaysAsync("ready");
        var target = $"modbus+tcp://127.0.0.1:{port}/17";

        var climate = await Look.AtAsync("modbus", target, options: [("measures", "temperature"), ("table", "holding"), ("register", 0), ("scale", 0.1)]);
        climate.Is(ProbeOutcome.Seen);
        Assert.Equal(24.7, climate.Value("temperature"));
        Assert.Equal(ProbeQuality.Ok, climate.Quality);

        var leak = await Look.AtAsync("modbus", target, options: [("measures", "leak"), ("table", "discrete"), ("register", 2)]);
        Assert.Equal(1, leak.Value("leak"));
        Assert.Equal(ProbeQuality.Alarm, leak.Quality);

        var beyond = await Look.AtAsync("modbus", target, options: [("table", "holding"), ("register", 4000)]);
        beyond.Is(ProbeOutcome.Wrong);
        Assert.Contains("exception 2", beyond.Sight.Says.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_runs_a_command_and_its_exit_code_and_number_count()
    {
        Assert.SkipUnless(OpenSshServer.Missing is null, OpenSshServer.Missing ?? "");
        using var host = await OpenSshServer.StartAsync("eval \"$SSH_ORIGINAL_COMMAND\"", Cancellation);

        var disk = await Look.AtAsync("ssh", host.Link, host.Key, options: [("command", "echo 91%"), ("disk", true)]);
        disk.Is(ProbeOutcome.Seen);
        Assert.Equal((91, ProbeQuality.Warn), (disk.Value("used"), disk.Quality));
        (await Look.AtAsync("ssh", host.Link, host.Key, options: ("command", "exit 3"))).Is(ProbeOutcome.Wrong);
        (await Look.AtAsync("ssh", host.Link, host.Key, options: [("command", "echo degraded"), ("lacks", "degraded")])).Is(ProbeOutcome.Wrong);

        var other = await Look.AtAsync("ssh", $"ssh://{Environment.UserName}@127.0.0.1:{host.Port}?hostKey=SHA256:{new string('A', 43)}", host.Key, options: ("command", "true"));
        other.Is(ProbeOutcome.Blind);
        Assert.Contains("not the pinned", other.Sight.Says.En, StringComparison.Ordinal);
        (await Look.AtAsync("ssh", host.Link, secret: "no key", options: ("command", "true"))).Is(ProbeOutcome.Blind);
    }

    [Fact]
    public async Task A_sqlite_file_answers_and_one_that_is_not_there_is_not_made()
    {
        await using var folder = new Foreign();
        var path = Path.Combine(folder.Folder, "docket.db");
        await using (var made = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await made.OpenAsync(Cancellation);
            await using var command = made.CreateCommand();
            command.CommandText = "create table hearing(id integer); insert into hearing values (1), (2), (3)";
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        var count = await Look.AtAsync("sql", $"sqlite:{path}", options: ("query", "select count(*) from hearing"));
        count.Is(ProbeOutcome.Seen);
        Assert.Equal(3, count.Value("value"));
        (await Look.AtAsync("sql", $"sqlite:{path}", options: ("query", "delete from hearing"))).Is(ProbeOutcome.Wrong);
        (await Look.AtAsync("sql", $"sqlite:{path}2")).Is(ProbeOutcome.Wrong);
        Assert.False(File.Exists(path + "2"));
    }

    [Fact]
    public async Task This_host_answers_echo_requests_or_it_is_told_why_none_can_be_sent()
    {
        var result = await Look.AtAsync("icmp", "icmp://127.0.0.1");
        if (result.Sight.Outcome is ProbeOutcome.Blind)
        {
            Assert.Contains("CAP_NET_RAW", result.Sight.Remedy!.En, StringComparison.Ordinal);
            Assert.Equal(ProbeQuality.Unknown, result.Quality);
            return;
        }

        result.Is(ProbeOutcome.Seen);
        Assert.Equal(0, result.Value("loss"));
    }

    [Fact]
    public void Every_kind_is_described_in_both_languages()
    {
        Assert.All(Look.Kinds.Kinds, kind =>
        {
            Assert.All<string>([kind.En, kind.Zh, .. kind.Options.Select(o => o.En), .. kind.Options.Select(o => o.Zh), .. kind.Measures.Select(m => m.En), .. kind.Measures.Select(m => m.Zh)], Assert.NotEmpty);
            Assert.True(kind.Within < kind.Every);
            Assert.Equal(kind.Form.Length == 0, kind.Schemes.IsEmpty);
        });
    }

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
