using System.Buffers;
using AvGateway.Devices;

namespace AvGateway.Drivers.Runtime;

/// <summary>Stands where a driver could not be made, so that its device is still there to be asked why.</summary>
internal sealed class AbsentDriver<TReply>() : DeviceDriver<TReply>(new Deaf())
{
    public override void OnLinked() { }

    public override void OnCommand(CommandRequest command) => Device.Complete(command, CommandResult.Unreachable(StatusReasons.Quarantined));

    public override void OnPoll() { }

    private sealed class Deaf : IWireCodec<TReply>
    {
        public bool TryRead(ref ReadOnlySequence<byte> input, out TReply reply)
        {
            input = input.Slice(input.End);
            reply = default!;
            return false;
        }

        public void Write(string request, IBufferWriter<byte> output) => throw new ArgumentException("there is no driver that could write this", nameof(request));
    }
}
