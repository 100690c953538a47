using System.Buffers;
using System.Net.Sockets;

namespace AvGateway.Bench.Wire;

/// <summary>One stream socket on the loop. Holds a buffer only while half a frame waits or the peer does not read.</summary>
internal abstract class Connection : ISource
{
    private readonly Loop _loop;
    private readonly int _token;
    private byte[]? _rest;
    private int _restLength;
    private byte[]? _out;
    private int _outLength;
    private bool _dirty;
    private bool _blocked;

    protected Connection(Loop loop, Socket socket)
    {
        _loop = loop;
        Socket = socket;
        socket.Blocking = false;
        socket.NoDelay = true;
        _token = loop.Add(this);
    }

    public Socket Socket { get; }

    public bool IsClosed { get; private set; }

    /// <summary>Bytes that the peer has not taken yet.</summary>
    public int Waiting => _outLength;

    public void Readable()
    {
        var scratch = _loop.Scratch.AsSpan();
        if (_rest is { } rest) rest.AsSpan(0, _restLength).CopyTo(scratch);
        var room = scratch[_restLength..];
        var count = Socket.Receive(room, SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock or SocketError.Interrupted) return;
        if (error is not SocketError.Success || count == 0)
        {
            Close();
            return;
        }

        var all = scratch[..(_restLength + count)];
        Forget(ref _rest, ref _restLength);
        var used = Consume(all);
        if (used < all.Length && !IsClosed) Append(ref _rest, ref _restLength, all[used..]);
    }

    public void Writable() => Flush();

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed) return;
        Append(ref _out, ref _outLength, bytes);
        if (_dirty || _blocked) return;
        _dirty = true;
        _loop.FlushSoon(this);
    }

    public void Flush()
    {
        _dirty = false;
        if (IsClosed || _outLength == 0) return;
        var sent = 0;
        while (sent < _outLength)
        {
            var count = Socket.Send(_out.AsSpan(sent, _outLength - sent), SocketFlags.None, out var error);
            if (error is SocketError.WouldBlock) break;
            if (error is not SocketError.Success)
            {
                Close();
                return;
            }

            sent += count;
        }

        if (sent == _outLength) Forget(ref _out, ref _outLength);
        else
        {
            _out.AsSpan(sent, _outLength - sent).CopyTo(_out);
            _outLength -= sent;
        }

        var blocked = _outLength > 0;
        if (blocked != _blocked) _loop.WantWrite(this, _token, blocked);
        _blocked = blocked;
    }

    public void Close(bool reset = false)
    {
        if (IsClosed) return;
        IsClosed = true;
        _loop.Remove(this, _token);
        if (reset) Socket.LingerState = new(true, 0);
        Socket.Dispose();
        Forget(ref _rest, ref _restLength);
        Forget(ref _out, ref _outLength);
        Closed();
    }

    /// <summary>Takes whole frames off the front.</summary>
    /// <returns>How many bytes were used.</returns>
    protected abstract int Consume(ReadOnlySpan<byte> bytes);

    protected virtual void Closed()
    {
    }

    private static void Append(ref byte[]? buffer, ref int length, ReadOnlySpan<byte> bytes)
    {
        if (buffer is null || buffer.Length - length < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + bytes.Length, 2 * length));
            buffer.AsSpan(0, length).CopyTo(larger);
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    private static void Forget(ref byte[]? buffer, ref int length)
    {
        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        (buffer, length) = (null, 0);
    }
}
