using System.Text.Json.Nodes;
using System.Threading.Channels;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Transcripts;

/// <summary>
/// Stands before a device that is real, or simulated elsewhere: each connection is passed on to it, and written as a transcript. The switches
/// of every simulated device work on it, so that a real device can be made unkind.
/// </summary>
public sealed class SimulatedRelay : SimulatedDevice
{
    private readonly Func<CancellationToken, Task<Stream>> _open;
    private readonly Func<int, TranscriptWriter> _write;

    /// <param name="open">Connects to the device behind.</param>
    /// <param name="write">Makes the transcript of a connection, counted from 1.</param>
    public SimulatedRelay(
        DeviceSetting setting, TimeProvider time, Func<CancellationToken, Task<Stream>> open, Func<int, TranscriptWriter> write)
        : base(NewDescriptor(open, write), setting, time, TimeSpan.Zero)
    {
        _open = open;
        _write = write;
    }

    /// <summary>The name under which a catalog that was given <see cref="NewDescriptor"/> has it.</summary>
    public static string Protocol => "relay";

    /// <summary>The device behind could not be reached, or went; in words.</summary>
    public event Action<string>? Lost;

    public static SimulatorDescriptor NewDescriptor(Func<CancellationToken, Task<Stream>> open, Func<int, TranscriptWriter> write) =>
        new(Protocol, "any", "The device behind", [LinkKind.Tcp, LinkKind.Serial], (setting, time) => new SimulatedRelay(setting, time, open, write));

    protected override Session NewSession(Connection connection) => new RelaySession(this, connection);

    protected override void Describe(JsonObject state)
    {
        // What the device behind is like, it tells itself.
    }

    protected override void BackToFactory()
    {
    }

    protected override void Restarted()
    {
    }

    private void Lose(string words) => Lost?.Invoke(words);

    private sealed class RelaySession : Session, IDisposable
    {
        private const int MostUnderWay = 1024;

        private readonly SimulatedRelay _relay;
        private readonly Channel<byte[]> _onward = Channel.CreateBounded<byte[]>(MostUnderWay);
        private readonly CancellationTokenSource _over = new();
        private readonly CancellationToken _end;
        private TranscriptWriter? _transcript;

        public RelaySession(SimulatedRelay relay, Connection connection) : base(connection)
        {
            _relay = relay;
            _end = _over.Token;
        }

        public void Dispose()
        {
            _over.Dispose();
            _transcript?.Dispose();
            _transcript = null;
        }

        protected internal override void Opened()
        {
            _transcript = _relay._write(Number);
            _ = Task.Run(CarryAsync);
        }

        protected internal override void Hear(ReadOnlySpan<byte> bytes)
        {
            _relay.Heard(this, bytes);
            _transcript?.Heard(bytes);
            if (_onward.Writer.TryWrite(bytes.ToArray())) return;
            _relay.Lose("the device behind takes nothing any more");
            Close("the device behind takes nothing any more");
        }

        protected internal override void Closed()
        {
            _over.Cancel();
            Dispose();
        }

        private async Task CarryAsync()
        {
            var why = "the device behind closed";
            try
            {
                await using var behind = await _relay._open(_end);
                var onward = SendAsync(behind);
                await ReceiveAsync(behind);
                _onward.Writer.TryComplete();
                await onward;
            }
            catch (OperationCanceledException)
            {
                why = "the connection is over";
            }
            catch (Exception failed) when (failed is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException or TimeoutException)
            {
                why = $"the device behind: {failed.Message}";
                _relay.Lose(why);
            }

            lock (_relay.Gate) Close(why);
        }

        private async Task SendAsync(Stream behind)
        {
            try
            {
                await foreach (var bytes in _onward.Reader.ReadAllAsync(_end))
                {
                    await behind.WriteAsync(bytes, _end);
                    await behind.FlushAsync(_end);
                }
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException)
            {
                // The reading side finds the same and tells it.
            }
        }

        private async Task ReceiveAsync(Stream behind)
        {
            var buffer = new byte[16 * 1024];
            while (await behind.ReadAsync(buffer, _end) is var count and > 0)
            {
                lock (_relay.Gate)
                {
                    _transcript?.Said(buffer.AsSpan(0, count));
                    Say(buffer.AsSpan(0, count));
                }
            }
        }
    }
}
