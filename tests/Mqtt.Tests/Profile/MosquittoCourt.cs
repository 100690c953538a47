using System.Diagnostics;
using AvGateway.Links;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.External;
using AvGateway.Mqtt.Tests.Embedded;
using AvGateway.Mqtt.Tests.External;
using AvGateway.Mqtt.Topics;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Mqtt.Tests.Profile;

/// <summary>A real mosquitto with the access list of the manual, and the gateway as one of its clients.</summary>
public sealed class MosquittoCourt : Court
{
    private const string GatewayUser = "gateway";

    private Mosquitto _mosquitto = null!;
    private Relay _relay = null!;
    private BrokerClient _bus = null!;

    internal override int Port => _mosquitto.Port;

    /// <summary>What lies between gateway and broker, to be cut.</summary>
    internal Relay Line => _relay;

    internal bool IsGatewayConnected => _bus.IsConnected;

    private protected override IMqttBus Bus => _bus;

    internal override async Task LoseBrokerAsync()
    {
        await _mosquitto.KillAsync();
        await _mosquitto.StartAgainAsync();
    }

    private protected override async Task OpenBrokerAsync()
    {
        _mosquitto = await Mosquitto.StartAsync(PrepareAsync, "allow_anonymous false", "password_file {folder}/passwords", "acl_file {folder}/rights");
        _relay = new(_mosquitto.Port);
        Connect();
    }

    private protected override async Task ReopenAsync()
    {
        await _bus.DisposeAsync();
        Connect();
    }

    private protected override async Task CloseAsync()
    {
        if (_bus is not null) await _bus.DisposeAsync();
        if (_relay is not null) await _relay.DisposeAsync();
        if (_mosquitto is not null) await _mosquitto.DisposeAsync();
    }

    /// <summary>The passwords of the fake users, and the rights that the manual tells an engineer to copy.</summary>
    private static async Task PrepareAsync(Mosquitto mosquitto)
    {
        var passwords = Path.Combine(mosquitto.Directory, "passwords");
        var names = FakeUsers.Court().Users.Select(u => u.Name).Append(GatewayUser);
        await File.WriteAllLinesAsync(passwords, names.Select(n => $"{n}:{FakeUsers.PasswordOf(n)}"), BrokerRig.Stop);
        using var hashing = Process.Start("mosquitto_passwd", ["-U", passwords]);
        await hashing.WaitForExitAsync(BrokerRig.Stop).WaitAsync(BrokerRig.Patience, BrokerRig.Stop);
        Assert.Equal(0, hashing.ExitCode);
        await File.WriteAllLinesAsync(Path.Combine(mosquitto.Directory, "rights"), AccessListOfTheManual(), BrokerRig.Stop);

        // Started as root it drops to a user of its own, which must be able to read all of it.
        using var opening = Process.Start("chmod", ["-R", "a+rX", mosquitto.Directory]);
        await opening.WaitForExitAsync(BrokerRig.Stop).WaitAsync(BrokerRig.Patience, BrokerRig.Stop);
        Assert.Equal(0, opening.ExitCode);
    }

    private static IEnumerable<string> AccessListOfTheManual()
    {
        var manual = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "docs", "mqtt.md"));
        return manual.SkipWhile(l => l != "```acl").Skip(1).TakeWhile(l => l != "```").Select(l => l.Replace("avgw/1/S/", Site + "/", StringComparison.Ordinal));
    }

    private void Connect()
    {
        var options = new BrokerOptions(new("127.0.0.1", _relay.Port, false, GatewayUser), "gw-1")
        {
            Password = new Secret(FakeUsers.PasswordOf(GatewayUser)),
            Patience = TimeSpan.FromSeconds(5),
            PingEvery = TimeSpan.FromMilliseconds(500),
            FirstPause = TimeSpan.FromMilliseconds(50),
            LongestPause = TimeSpan.FromMilliseconds(200),
        };
        _bus = new(options, new TopicMap("avgw", "city"), TimeProvider.System, NullLogger<BrokerClient>.Instance);
    }
}
