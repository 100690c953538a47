using System.Buffers;
using System.Text;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Tests.Runtime;

/// <summary>The smallest protocol there is, for what the runtime does whatever the protocol: lines that end in LF.</summary>
internal sealed class LineCodec : IWireCodec<string>
{
    public int MaxReplyLength => 64;

    public bool TryRead(ref ReadOnlySequence<byte> input, out string reply)
    {
        var reader = new SequenceReader<byte>(input);
        var whole = reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n');
        reply = whole ? Encoding.ASCII.GetString(line) : "";
        if (whole) input = input.Slice(reader.Position);
        return whole;
    }

    public void Write(string request, IBufferWriter<byte> output)
    {
        if (request.Contains('\n', StringComparison.Ordinal)) throw new ArgumentException("a line cannot hold a line end");
        Encoding.ASCII.GetBytes(request + "\n", output);
    }
}

/// <summary>
/// Says <c>hello</c>, is in step after <c>ready</c>; <c>set level=N</c> sends <c>level N</c>, is acknowledged by <c>ok</c>, refused by <c>no</c>,
/// and done when the device says <c>level N</c>; <c>level?</c> asks.
/// </summary>
internal sealed class LineDriver : DeviceDriver<string>
{
    public static readonly ReplyDiscipline Reconnecting = new(TimeSpan.FromSeconds(2), TimeSpan.Zero, Resync.Reconnect);
    public static readonly ReplyDiscipline Quiet = new(TimeSpan.FromSeconds(2), TimeSpan.Zero, Resync.Quiet, Attempts: 2);

    private LineDriver() : base(new LineCodec()) { }

    public static DriverManifest<string> Manifest(ReplyDiscipline? reply = null) => new("line", DeviceClass.Display, "none")
    {
        Links = [LinkKind.Tcp(1)],
        Verbs =
        [
            new("level", "Level", "级别", "level") { Arguments = [new("n", ValueKind.Integer, "Level", "级别")] },
            new("say", "Say", "说") { Arguments = [new("text", ValueKind.Text, "Text", "文字")] },
            new("crash", "Crash", "崩溃"),
            new("step", "Step", "步进") { Idempotent = false },
        ],
        Properties = [new("level", ValueKind.Integer, "Level", "级别"), new("old", ValueKind.Integer, "Old", "旧") { MaxAge = TimeSpan.FromSeconds(12) }],
        Reply = reply ?? Reconnecting,
        Create = _ => new LineDriver(),
        Diagram = () => "",
    };

    public override void OnLinked() => Device.Ask("hello", reply =>
    {
        if (reply != "ready") return false;
        Device.Synchronised();
        return true;
    });

    public override void OnPoll() => Device.Ask("level?", Take);
    public override void OnUnsolicited(string reply) => Take(reply);
    public override void OnLinkLost() => Device.SetMode(DeviceStatus.UnknownMode);

    public override void OnCommand(CommandRequest command)
    {
        switch (command.Verb)
        {
            case "level":
                var level = command.Args["n"].Integer;
                Device.Ask($"level {level}", reply => Answered(command, reply), command);
                Device.Expect(command, "level", level, TimeSpan.FromSeconds(3), () => Device.Ask("level?", Take));
                break;
            case "step":
                Device.Ask("step", reply => Answered(command, reply), command);
                break;
            case "say":
                Device.Tell(command.Args["text"].Text, command);
                Device.Complete(command, CommandResult.AcknowledgedOnly);
                break;
            default: throw new InvalidOperationException("planted");
        }
    }

    private bool Answered(CommandRequest command, string reply)
    {
        if (reply == "no") Device.Complete(command, CommandResult.Refused("no"));
        if (reply == "ok") Device.Acknowledged(command);
        return reply is "ok" or "no";
    }

    private bool Take(string reply)
    {
        if (reply.Split(' ') is not [("level" or "old") and var property, var number] || !long.TryParse(number, out var value)) return false;
        Device.Report(property, value);
        return true;
    }
}
