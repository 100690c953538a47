using System.CommandLine;
using System.IO.Ports;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Transcripts;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Cli;

/// <summary><c>avsim record</c> and <c>avsim replay</c>: a conversation with a device becomes a transcript, and a transcript becomes a device.</summary>
internal static class RecordVerb
{
    private const string Room = "bench";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command New(TextWriter output, TextWriter errors)
    {
        var target = new Argument<string>("target") { Description = "The device: tcp://HOST:PORT, or serial:/dev/ttyS0?baud=9600." };
        target.Validators.Add(result =>
        {
            if (!TryOpener(result.Tokens[0].Value, out _)) result.AddError($"'{result.Tokens[0].Value}' is neither tcp://HOST:PORT nor serial:PATH?baud=N.");
        });
        var file = new Option<FileInfo>("--out") { Description = "Transcript; a second connection goes into NAME-2.wire.", Required = true };
        var secrets = new Option<string[]>("--secret") { Description = "env:NAME or file:PATH, several times: what is not written down, such as a password." };
        var (port, pty, http, bind) = (PortOption(), PtyOption(), ControlAddress.Option(), ControlAddress.BindOption());
        var command = new Command("record", "Stands before a real device, passes everything on, and writes it down until it is told to stop.")
        {
            target, file, secrets, port, pty, http, bind,
        };
        command.SetAction(async (parsed, stopping) =>
        {
            List<string> hidden = [];
            try
            {
                foreach (var each in parsed.GetValue(secrets) ?? []) hidden.Add(await SecretAsync(each, stopping));
            }
            catch (Exception missing) when (missing is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                await errors.WriteLineAsync(missing.Message);
                return Avsim.Failed;
            }

            var address = parsed.GetRequiredValue(target);
            _ = TryOpener(address, out var open);
            var path = parsed.GetRequiredValue(file).FullName;
            var descriptor = SimulatedRelay.NewDescriptor(
                open!, number => new(Numbered(path, number), $"Recorded from {address}.\nSource: this device on this day.", TimeProvider.System, hidden));
            var setting = Setting(SimulatedRelay.Protocol, parsed.GetResult(pty) is not null, parsed.GetValue(pty), parsed.GetValue(port), parsed.GetRequiredValue(bind));
            return await Running.RunAsync([setting], parsed.GetValue(http), court =>
            {
                ((SimulatedRelay)court.Devices[0].Device).Lost += errors.WriteLine;
                return new JsonObject { ["ready"] = true, ["device"] = setting.Id, ["link"] = court.Devices[0].Link.Uri, ["file"] = path };
            }, output, errors, stopping, SimulatorCatalog.BuiltIn.With(descriptor));
        });
        return command;
    }

    public static Command NewReplay(TextWriter output, TextWriter errors)
    {
        var file = new Argument<FileInfo>("transcript") { Description = "A .wire file." };
        var (port, pty, http, bind) = (PortOption(), PtyOption(), ControlAddress.Option(), ControlAddress.BindOption());
        var command = new Command("replay", "A device that says what stands in a transcript, until it is told to stop; what a client says otherwise is told.")
        {
            file, port, pty, http, bind,
        };
        command.SetAction((parsed, stopping) =>
        {
            var setting = Setting(
                SimulatedTranscript.Descriptor.Protocol, parsed.GetResult(pty) is not null, parsed.GetValue(pty), parsed.GetValue(port), parsed.GetRequiredValue(bind)) with
            {
                Options = new JsonObject { ["file"] = parsed.GetRequiredValue(file).FullName },
            };
            return Running.RunAsync([setting], parsed.GetValue(http), court =>
            {
                ((SimulatedTranscript)court.Devices[0].Device).Departed += errors.WriteLine;
                return new JsonObject { ["ready"] = true, ["device"] = setting.Id, ["link"] = court.Devices[0].Link.Uri };
            }, output, errors, stopping, SimulatorCatalog.BuiltIn.With(SimulatedTranscript.Descriptor));
        });
        return command;
    }

    private static DeviceSetting Setting(string protocol, bool isSerial, string? pty, int port, IPAddress bind) => new(Room, protocol, protocol)
    {
        Link = isSerial ? LinkKind.Serial : LinkKind.Tcp,
        PtyPath = pty,
        Port = port,
        Bind = bind,
    };

    private static Option<int> PortOption() => new("--port") { Description = "TCP port on which a client is waited for; 0 takes a free one." };

    private static Option<string?> PtyOption() => new("--pty")
    {
        Description = "A pseudo-terminal instead; PATH is made a symbolic link to it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static string Numbered(string path, int number) => number == 1 ? path
        : Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}");

    private static async Task<string> SecretAsync(string reference, CancellationToken stopping) => reference.Split(':', 2) switch
    {
        ["env", var name] => Environment.GetEnvironmentVariable(name) ?? throw new InvalidDataException($"--secret: there is no variable {name}."),
        ["file", var path] => (await File.ReadAllTextAsync(path, stopping)).TrimEnd('\r', '\n'),
        _ => throw new InvalidDataException("--secret takes env:NAME or file:PATH; a secret on a command line is everybody's."),
    };

    private static bool TryOpener(string target, out Func<CancellationToken, Task<Stream>>? open)
    {
        open = null;
        if (!Uri.TryCreate(target, UriKind.Absolute, out var uri)) return false;
        if (uri.Scheme == "tcp" && uri.Port > 0)
        {
            open = cancellation => ConnectAsync(uri.IdnHost, uri.Port, cancellation);
            return true;
        }

        if (uri.Scheme != "serial" || !TryLine(uri.Query, out var baud, out var data, out var parity, out var stop)) return false;
        var path = target["serial:".Length..].Split('?')[0];
        open = _ =>
        {
            var port = new SerialPort(path, baud, parity, data, stop);
            port.Open();
            return Task.FromResult(port.BaseStream);
        };
        return true;
    }

    private static bool TryLine(string query, out int baud, out int data, out Parity parity, out StopBits stop)
    {
        (baud, data, parity, stop) = (9600, 8, Parity.None, StopBits.One);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var good = pair.Split('=', 2) switch
            {
                ["baud", var text] => int.TryParse(text, out baud) && baud > 0,
                ["data", var text] => int.TryParse(text, out data) && data is >= 5 and <= 8,
                ["parity", var text] => Enum.TryParse(text, ignoreCase: true, out parity) && Enum.IsDefined(parity),
                ["stop", "1"] => true,
                ["stop", "2"] => (stop = StopBits.Two) is StopBits.Two,
                ["flow", "none"] => true,
                _ => false,
            };
            if (!good) return false;
        }

        return true;
    }

    private static async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, late.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception failed)
        {
            socket.Dispose();
            if (failed is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new TimeoutException($"{host}:{port} does not answer", failed);
            throw;
        }
    }
}
