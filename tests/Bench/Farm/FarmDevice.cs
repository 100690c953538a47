using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Farm;

/// <summary>One matrix and whoever is connected to it.</summary>
internal sealed class FarmDevice(DeviceFarm farm, Loop loop, int index)
{
    private readonly List<Link> _links = [];
    private Listener? _listener;

    public int Index => index;

    public void Listen(IPEndPoint at) => _listener ??= new(loop, at, Accept);

    public void GoDown()
    {
        _listener?.Dispose();
        _listener = null;
        foreach (var link in _links.ToArray()) link.Close(reset: true);
    }

    public void TellRoute(int output, int input)
    {
        Span<byte> block = stackalloc byte[64];
        block = block[..WriteRoute(block, output, input)];
        foreach (var link in _links) link.Send(block);
    }

    private void Accept(Socket socket)
    {
        var link = new Link(this, loop, socket);
        _links.Add(link);
        farm.Accepted++;
        if (_links.Count == 1) farm.Linked++;
        link.Send("PROTOCOL PREAMBLE:\nVersion: 2.3\n\n"u8);
        link.Send(Encoding.ASCII.GetBytes(
            $"VIDEOHUB DEVICE:\nDevice present: true\nModel name: Farm {farm.Ports} x {farm.Ports}\nUnique ID: FA{index:X10}\nVideo inputs: {farm.Ports}\n"
            + $"Video processing units: 0\nVideo outputs: {farm.Ports}\nVideo monitoring outputs: 0\nSerial ports: 0\n\n"));
        link.Send(farm.Constant);
        TellTable(link);
        link.Send("END PRELUDE:\n\n"u8);
    }

    private void TellTable(Link link)
    {
        var text = new StringBuilder("VIDEO OUTPUT ROUTING:\n");
        for (var output = 0; output < farm.Ports; output++) text.Append(output).Append(' ').Append(farm.Shown[index * farm.Ports + output]).Append('\n');
        link.Send(Encoding.ASCII.GetBytes(text.Append('\n').ToString()));
    }

    private void Take(Link link, ReadOnlySpan<byte> block)
    {
        var header = block[..block.IndexOf((byte)'\n')];
        var rest = block[(header.Length + 1)..^1];
        if (header.SequenceEqual("PING:"u8))
        {
            farm.Polls++;
            link.Send("ACK\n\n"u8);
        }
        else if (!header.SequenceEqual("VIDEO OUTPUT ROUTING:"u8))
        {
            link.Send("NAK\n\n"u8);
        }
        else if (rest.IsEmpty)
        {
            link.Send("ACK\n\n"u8);
            TellTable(link);
        }
        else
        {
            Route(link, rest);
        }
    }

    private void Route(Link link, ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out int output, out var used) || used >= line.Length || !Utf8Parser.TryParse(line[(used + 1)..], out int input, out _)
            || output < 0 || output >= farm.Ports || input < 0 || input >= farm.Ports)
        {
            link.Send("NAK\n\n"u8);
            return;
        }

        farm.Commands++;
        farm.Shown[index * farm.Ports + output] = input;
        farm.CommandedAt[index * farm.Ports + output] = Loop.Now;
        link.Send("ACK\n\n"u8);
        TellRoute(output, input);
    }

    private static int WriteRoute(Span<byte> to, int output, int input)
    {
        var header = "VIDEO OUTPUT ROUTING:\n"u8;
        header.CopyTo(to);
        var at = header.Length;
        Utf8Formatter.TryFormat(output, to[at..], out var digits);
        at += digits;
        to[at++] = (byte)' ';
        Utf8Formatter.TryFormat(input, to[at..], out digits);
        at += digits;
        "\n\n"u8.CopyTo(to[at..]);
        return at + 2;
    }

    private sealed class Link(FarmDevice device, Loop loop, Socket socket) : Connection(loop, socket)
    {
        protected override int Consume(ReadOnlySpan<byte> bytes)
        {
            var used = 0;
            while (bytes[used..].IndexOf("\n\n"u8) is >= 0 and var end)
            {
                device.Take(this, bytes.Slice(used, end + 2));
                used += end + 2;
                if (IsClosed) break;
            }

            return used;
        }

        protected override void Closed()
        {
            device._links.Remove(this);
            if (device._links.Count == 0) device.Farm.Linked--;
        }
    }

    private DeviceFarm Farm => farm;
}
