using AvGateway.Devices;

namespace AvGateway.Drivers;

/// <summary>The behaviour of one kind of device. Methods run one at a time, from the device's mailbox, and never wait.</summary>
public abstract class DeviceDriver<TReply>(IWireCodec<TReply> codec)
{
    public IWireCodec<TReply> Codec { get; } = codec;

    protected IDeviceContext<TReply> Device { get; private set; } = null!;

    /// <summary>Called once by the runtime before anything else.</summary>
    public void Attach(IDeviceContext<TReply> device) => Device = device;

    /// <summary>The link is open: log in, subscribe, read everything, then call <see cref="IDeviceContext{TReply}.Synchronised"/>.</summary>
    public abstract void OnLinked();

    /// <summary>The link is gone: nothing is known any more. Questions that waited are already dropped, commands already answered.</summary>
    public virtual void OnLinkLost() { }

    /// <summary>A reply that no waiting question took.</summary>
    public virtual void OnUnsolicited(TReply reply) { }

    /// <summary>A wish of the manifest. Must lead to exactly one end: an expectation, a completion, or a question asked on its behalf.</summary>
    public abstract void OnCommand(CommandRequest command);

    /// <summary>The effect that an expectation waited for was not seen, not even after looking again.</summary>
    public virtual void OnNotSeen(CommandRequest command, string property) { }

    /// <summary>The site's poll interval has passed while the device is in step. Ask at least one thing: the answer is the proof of life.
    /// Only a device that cannot be asked (<see cref="DriverManifest.CanBeAsked"/>) is left alone.</summary>
    public abstract void OnPoll();

    public virtual void OnTimer(string name) { }
}
