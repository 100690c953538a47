using System.CommandLine;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Cli;

/// <summary><c>avsim device PROTOCOL</c>: one device, on a TCP port or a pseudo-terminal.</summary>
internal static class DeviceVerb
{
    private const string Room = "bench";

    private static readonly Dictionary<string, LinkKind> Transports = new()
    {
        ["tcp"] = LinkKind.Tcp,
        ["http"] = LinkKind.Tcp,
        ["udp"] = LinkKind.Udp,
        ["ssh"] = LinkKind.Ssh,
        ["ws"] = LinkKind.WebSocket,
        ["sip"] = LinkKind.Sip,
    };

    public static Command New(TextWriter output, TextWriter errors)
    {
        var protocol = new Argument<string>("protocol") { Description = "Driver name of the device to simulate." };
        protocol.AcceptOnlyFromAmong([.. SimulatorCatalog.BuiltIn.All.Select(each => each.Protocol)]);
        var port = new Option<int>("--port") { Description = "TCP port; 0 takes a free one." };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65_535) result.AddError("--port: give 0 to 65535.");
        });
        var pty = new Option<string?>("--pty")
        {
            Description = "A pseudo-terminal instead; PATH is made a symbolic link to it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var transport = new Option<string?>("--transport") { Description = "What carries the protocol; left out, what the protocol usually has." };
        transport.AcceptOnlyFromAmong([.. Transports.Keys]);
        var user = new Option<string?>("--user") { Description = "Name that a login asks for." };
        var password = new Option<string?>("--password") { Description = "Password that a login asks for." };
        var switches = Assignments("--switch", "name=value, several times: switches set from the start.");
        var options = Assignments("--option", "name=value, several times: what the model is like, such as inputs=8.");
        var profile = new Option<string?>("--profile") { Description = "For 'profile': file of a profile, or the name of one that comes with the gateway." };
        var http = ControlAddress.Option();
        var bind = ControlAddress.BindOption();

        var command = new Command("device", "Simulates one device until it is told to stop.")
        {
            protocol, port, pty, transport, user, password, http, bind, switches, options, profile,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(pty) is not null && result.GetResult(port) is { Implicit: false })
                result.AddError("Give --port or --pty, not both.");
        });
        command.SetAction((parsed, stopping) =>
        {
            var name = parsed.GetRequiredValue(protocol);
            var setting = new DeviceSetting(Room, name, name)
            {
                Link = parsed.GetResult(pty) is null ? Carrier(name, parsed.GetValue(transport)) : LinkKind.Serial,
                PtyPath = parsed.GetValue(pty),
                Port = parsed.GetValue(port),
                Bind = parsed.GetRequiredValue(bind),
                User = parsed.GetValue(user),
                Password = parsed.GetValue(password),
                Switches = Assignment.ReadAll(parsed.GetValue(switches)),
                Options = new JsonObject(Assignment.ReadAll(parsed.GetValue(options))),
            };
            if (parsed.GetValue(profile) is { } paper) setting.Options["profile"] = paper;
            return Running.RunAsync([setting], parsed.GetValue(http), court => new JsonObject
            {
                ["ready"] = true,
                ["device"] = setting.Id,
                ["protocol"] = name,
                ["link"] = court.Devices[0].Link.Uri,
            }, output, errors, stopping);
        });
        return command;
    }

    private static LinkKind? Carrier(string protocol, string? transport) => transport is not null ? Transports[transport]
        : SimulatorCatalog.BuiltIn.TryFind(protocol, out var found) ? found.Links.FirstOrDefault(kind => kind is not LinkKind.Serial, LinkKind.Tcp) : null;

    private static Option<string[]> Assignments(string name, string description)
    {
        var option = new Option<string[]>(name) { Description = description, AllowMultipleArgumentsPerToken = true };
        option.Validators.Add(Assignment.Check);
        return option;
    }
}
