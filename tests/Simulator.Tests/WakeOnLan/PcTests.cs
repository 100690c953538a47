using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;

namespace AvGateway.Simulator.Tests.WakeOnLan;

/// <summary>The simulated PC: its card, its system, and its port as others find it.</summary>
public sealed class PcTests
{
    private const string Options = """{"mac":"02-00-5e-10-00-01"}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("020000000001", null, "booting")]
    [InlineData("020000000002", null, "off")]
    [InlineData("020000000001", "0102030405FF", "booting")]
    [InlineData("020000000001", "000000000000", "off")]
    public void Only_its_own_address_and_password_wake_it(string address, string? password, string power)
    {
        var secureOn = password is null ? "" : ""","secureOn":"01-02-03-04-05-ff" """;
        using var bench = new Bench("wake-on-lan", $$"""{"mac":"02-00-00-00-00-01","power":"off"{{secureOn}}}""");

        bench.Connect().Say(Packet(address, password));

        Assert.Equal(power, (string?)bench.State("power"));
    }

    [Fact]
    public void It_goes_down_in_steps_and_comes_up_after_its_boot()
    {
        using var bench = new Bench("wake-on-lan", Options);
        var client = bench.Connect();
        Assert.Equal("", client.Ask("shutdown -h now\n"));
        Assert.Equal("shutting-down", (string?)bench.State("power"));
        bench.Pass("3s");
        Assert.Equal("closing", (string?)bench.State("power"));
        bench.Pass("1s");
        Assert.Equal("off", (string?)bench.State("power"));

        bench.Connect().Say(Packet("02005E100001", null));
        bench.Pass("9s");
        Assert.Equal("", bench.Connect().Ask("hostname\n"));
        bench.Pass("1s");
        Assert.Equal("it\n", bench.Connect().Ask("hostname\n"));
    }

    [Theory]
    [InlineData("ignores-wake", "true")]
    [InlineData("frozen", "true")]
    [InlineData("wakes-at-packet", "3")]
    public void A_packet_may_wake_nobody(string name, string json)
    {
        using var bench = new Bench("wake-on-lan", """{"mac":"02-00-5e-10-00-01","power":"off"}""");
        bench.Switch(name, json);

        for (var i = 0; i < 2; i++) bench.Connect().Say(Packet("02005E100001", null));

        Assert.Equal("off", (string?)bench.State("power"));
        Assert.Equal(2, (int)bench.State("packets"));
    }

    [Theory]
    [InlineData("ignores-shutdown", "true", "on")]
    [InlineData("frozen", "true", "on")]
    [InlineData("refuse", "true", "on")]
    [InlineData("restarts-instead", "true", "on")]
    [InlineData("wakes-by-itself", "\"20s\"", "on")]
    [InlineData("shutdown-time", "\"3m\"", "shutting-down")]
    public void A_shutdown_may_be_something_else(string name, string json, string power)
    {
        using var bench = new Bench("wake-on-lan", Options);
        bench.Switch(name, json);

        bench.Connect().Say("shutdown -h now\n");
        bench.Pass("60s");

        Assert.Equal(power, (string?)bench.State("power"));
    }

    [Fact]
    public async Task OpenSSH_runs_a_program_and_hears_its_status_and_a_datagram_wakes_what_was_silent()
    {
        var setting = new DeviceSetting("bench", "it", "wake-on-lan")
        {
            Switches = new Dictionary<string, System.Text.Json.Nodes.JsonNode?> { ["shutdown-time"] = "10ms", ["closing"] = false, ["boot"] = "10ms" },
        };
        await using var court = await SimulatedCourt.StartAsync([setting], TimeProvider.System);
        var link = court.Devices[0].Link.Uri;
        Assert.StartsWith("wake://admin@127.0.0.1:", link, StringComparison.Ordinal);
        var ssh = IPEndPoint.Parse(link["wake://admin@".Length..link.IndexOf('?', StringComparison.Ordinal)]);
        var options = link[(link.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&').Select(o => o.Split('=', 2)).ToDictionary(o => o[0], o => o[1]);

        Assert.Equal((0, "it"), await SshAsync(ssh.Port, "hostname"));
        Assert.Equal((127, "nonsense: command not found"), await SshAsync(ssh.Port, "nonsense"));
        Assert.Equal(0, (await SshAsync(ssh.Port, "shutdown -h now")).Code);
        await UntilAsync(court, "off");

        // Nothing answers, not even with a refusal.
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        using (var within = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), TimeProvider.System))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ConnectAsync(ssh, within.Token).AsTask());

        using var card = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await card.SendToAsync(Packet(options["mac"].Replace("-", "", StringComparison.Ordinal), null), IPEndPoint.Parse(options["broadcast"]));
        await UntilAsync(court, "on");
        Assert.Equal((0, "it"), await SshAsync(ssh.Port, "hostname"));
    }

    private static byte[] Packet(string address, string? password) =>
        Convert.FromHexString("FFFFFFFFFFFF" + string.Concat(Enumerable.Repeat(address, 16)) + password);

    private static async Task UntilAsync(SimulatedCourt court, string power)
    {
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while ((string?)court.Devices[0].Device.State()["power"] != power) await ticks.WaitForNextTickAsync(late.Token);
    }

    private static async Task<(int Code, string Said)> SshAsync(int port, string program)
    {
        string[] arguments =
        [
            "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "PreferredAuthentications=none",
            "-p", $"{port}", "admin@127.0.0.1", program,
        ];
        using var ssh = Process.Start(new ProcessStartInfo("ssh", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        var said = await ssh.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await ssh.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (ssh.ExitCode, said.Trim());
    }
}
