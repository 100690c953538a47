using System.IO.Pipelines;
using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Testing;

/// <summary>Plain TCP links for tests that want real sockets under a driver without the transports that are tested elsewhere.</summary>
public sealed class SocketLinks : ILinkFactory
{
    public IReadOnlyCollection<string> Schemes { get; } = ["tcp"];
    public IEnumerable<string> Check(LinkAddress address) => [];

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port!.Value, cancellation);
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new LinkException(StatusReasons.ConnectFailed, refused.Message, refused);
        }

        return new SocketLink(socket);
    }

    private sealed class SocketLink : ILink
    {
        private readonly TaskCompletionSource<LinkEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Pipe _received = new();
        private readonly Socket _socket;
        private readonly NetworkStream _stream;

        public SocketLink(Socket socket)
        {
            _socket = socket;
            _stream = new(socket, ownsSocket: true);
            Output = PipeWriter.Create(_stream, new(leaveOpen: true));
            _ = ReceiveAsync();
        }

        public PipeReader Input => _received.Reader;
        public PipeWriter Output { get; }
        public Task<LinkEnd> Ended => _ended.Task;

        public void Abort(LinkEnd reason)
        {
            _ended.TrySetResult(reason);
            _socket.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Abort(LinkEnd.Aborted);
            return _stream.DisposeAsync();
        }

        private async Task ReceiveAsync()
        {
            try
            {
                while (await _socket.ReceiveAsync(_received.Writer.GetMemory(4096)) is var count and > 0)
                {
                    _received.Writer.Advance(count);
                    await _received.Writer.FlushAsync();
                }

                _ended.TrySetResult(LinkEnd.ClosedByPeer);
            }
            catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
            {
                _ended.TrySetResult(LinkEnd.Reset);
            }

            await _received.Writer.CompleteAsync();
        }
    }
}
