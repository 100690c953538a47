using System.Net.Sockets;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Links.Ssh;

/// <summary>
/// A small SSH-2 server with one shell a connection, with or without a terminal, or one program where the device runs programs; subsystems are
/// refused. What a terminal would do to the bytes (echo, line ends) is left to the device.
/// </summary>
internal sealed class SshWire(Socket socket, SimulatedDevice device, SshHostKey hostKey) : EnvelopeWire(socket, device)
{
    private const uint OwnChannel = 0;
    private const uint OwnWindow = 1024 * 1024;
    private const uint OwnPacket = 32 * 1024;
    private const uint AdministrativelyProhibited = 1;

    private readonly Lock _gate = new();
    private string? _program;
    private Connection? _connection;
    private SshPackets? _opened;
    private TaskCompletionSource _roomMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _theirChannel;
    private uint _theirPacket;
    private long _room;
    private long _unadjusted;
    private bool _open;

    public override LinkKind Kind => LinkKind.Ssh;

    private SshPackets Packets => _opened ?? throw new InvalidOperationException("hands have not been shaken");

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _opened?.Dispose();
    }

    protected override async Task<bool> ShakeHandsAsync(SimulatedDevice device, CancellationToken cancellation)
    {
        _opened = new(Stream);
        await new SshKeyExchange(Packets, hostKey).RunAsync(cancellation);
        if (!await new SshLogin(Packets, device, Peer).RunAsync(cancellation)) return false;
        while (true)
        {
            var message = await Packets.ReadAsync(cancellation);
            switch (message[0])
            {
                case SshMessage.Disconnect: return false;
                case SshMessage.ChannelRequest:
                    var (kind, wantsAnswer) = Request(message);
                    // A terminal changes nothing here, and variables are nobody's business.
                    var starts = kind == (device.RunsOnePerConnection ? "exec" : "shell");
                    var granted = _open && (starts || kind is "pty-req" or "env" or "window-change");
                    if (wantsAnswer) await AnswerAsync(granted, cancellation);
                    if (!granted || !starts) break;
                    if (kind == "exec") _program = ProgramOf(message);
                    return true;
                default: await CommonAsync(message, cancellation); break;
            }
        }
    }

    protected override async Task ReceiveAsync(Connection connection, CancellationToken cancellation)
    {
        _connection = connection;
        if (_program is { } program) connection.Hear(System.Text.Encoding.UTF8.GetBytes(program + "\n"));
        while (true)
        {
            var message = await Packets.ReadAsync(cancellation);
            switch (message[0])
            {
                case SshMessage.ChannelData:
                    connection.Hear(Data(message));
                    await MakeRoomAsync(message.Length, cancellation);
                    break;
                case SshMessage.ChannelEof or SshMessage.ChannelClose or SshMessage.Disconnect: return;
                case SshMessage.ChannelRequest:
                    var (kind, wantsAnswer) = Request(message);
                    if (wantsAnswer) await AnswerAsync(kind == "window-change", cancellation);
                    break;
                default: await CommonAsync(message, cancellation); break;
            }
        }
    }

    protected override async Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        while (!piece.IsEmpty)
        {
            var length = (int)Math.Min(Math.Min(piece.Length, _theirPacket), await RoomAsync(cancellation));
            await Packets.WriteAsync(new SshWriter().Byte(SshMessage.ChannelData).UInt32(_theirChannel).Bytes(piece.Span[..length]).Done(), cancellation);
            lock (_gate) _room -= length;
            piece = piece[length..];
        }
    }

    protected override async Task SayGoodbyeAsync(CancellationToken cancellation)
    {
        await Packets.WriteAsync(new SshWriter().Byte(SshMessage.ChannelEof).UInt32(_theirChannel).Done(), cancellation);
        var status = new SshWriter().Byte(SshMessage.ChannelRequest).UInt32(_theirChannel).Text("exit-status").Flag(false).UInt32((uint)(_connection?.ExitStatus ?? 0));
        await Packets.WriteAsync(status.Done(), cancellation);
        await Packets.WriteAsync(new SshWriter().Byte(SshMessage.ChannelClose).UInt32(_theirChannel).Done(), cancellation);
    }

    private static (string Kind, bool WantsAnswer) Request(byte[] message)
    {
        var reader = new SshReader(message);
        reader.Skip(5);
        return (reader.Text(), reader.Flag());
    }

    private static string ProgramOf(byte[] message)
    {
        var reader = new SshReader(message);
        reader.Skip(5);
        reader.Text();
        reader.Flag();
        return reader.Text();
    }

    private static ReadOnlySpan<byte> Data(byte[] message)
    {
        var reader = new SshReader(message);
        reader.Skip(5);
        return reader.Bytes();
    }

    /// <summary>What may come at any time once the client is in.</summary>
    private async Task CommonAsync(byte[] message, CancellationToken cancellation)
    {
        switch (message[0])
        {
            case SshMessage.GlobalRequest:
                if (WantsAnswer(message)) await Packets.WriteAsync([SshMessage.RequestFailure], cancellation);
                break;
            case SshMessage.ChannelOpen: await OpenAsync(message, cancellation); break;
            case SshMessage.WindowAdjust: TakeRoom(message); break;
            case SshMessage.KeyExchange: throw new InvalidDataException("new keys in the middle of a session are not offered here");
        }
    }

    private static bool WantsAnswer(byte[] message)
    {
        var reader = new SshReader(message);
        reader.Skip(1);
        reader.Text();
        return reader.Flag();
    }

    private async Task OpenAsync(byte[] message, CancellationToken cancellation)
    {
        var (kind, channel, room, packet) = Offer(message);
        if (_open || kind != "session" || packet == 0)
        {
            var refusal = new SshWriter().Byte(SshMessage.ChannelNotOpened).UInt32(channel).UInt32(AdministrativelyProhibited).Text("one shell a connection");
            await Packets.WriteAsync(refusal.Text("").Done(), cancellation);
            return;
        }

        (_open, _theirChannel, _room, _theirPacket) = (true, channel, room, Math.Min(packet, OwnPacket));
        await Packets.WriteAsync(
            new SshWriter().Byte(SshMessage.ChannelOpened).UInt32(channel).UInt32(OwnChannel).UInt32(OwnWindow).UInt32(OwnPacket).Done(), cancellation);
    }

    private static (string Kind, uint Channel, uint Room, uint Packet) Offer(byte[] message)
    {
        var reader = new SshReader(message);
        reader.Skip(1);
        return (reader.Text(), reader.UInt32(), reader.UInt32(), reader.UInt32());
    }

    private Task AnswerAsync(bool granted, CancellationToken cancellation) => Packets.WriteAsync(
        new SshWriter().Byte(granted ? SshMessage.ChannelSuccess : SshMessage.ChannelFailure).UInt32(_theirChannel).Done(), cancellation);

    private async Task MakeRoomAsync(int used, CancellationToken cancellation)
    {
        _unadjusted += used;
        if (_unadjusted < OwnWindow / 2) return;
        await Packets.WriteAsync(new SshWriter().Byte(SshMessage.WindowAdjust).UInt32(_theirChannel).UInt32((uint)_unadjusted).Done(), cancellation);
        _unadjusted = 0;
    }

    private void TakeRoom(byte[] message)
    {
        var reader = new SshReader(message);
        reader.Skip(5);
        lock (_gate)
        {
            _room += reader.UInt32();
            _roomMade.TrySetResult();
        }
    }

    /// <summary>How much the client takes now; waits until it takes something.</summary>
    private async Task<long> RoomAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task made;
            lock (_gate)
            {
                if (_room > 0) return _room;
                if (_roomMade.Task.IsCompleted) _roomMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
                made = _roomMade.Task;
            }

            await made.WaitAsync(cancellation);
        }
    }
}
