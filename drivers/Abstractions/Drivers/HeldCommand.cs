using AvGateway.Devices;

namespace AvGateway.Drivers;

/// <summary>A wish that waits for the moment in which the device can take it. A newer one takes its place; its own deadline ends it.</summary>
/// <remarks>Belongs to a driver and is called from its methods alone.</remarks>
/// <param name="device">The driver's own context; it is there once the driver is attached.</param>
public sealed class HeldCommand<TReply>(Func<IDeviceContext<TReply>> device)
{
    private CommandRequest? _held;

    public void Hold(CommandRequest command) => _held = command;

    /// <summary>A newer wish has come, whether it will have to wait or not.</summary>
    public void GiveWay(CommandRequest newer)
    {
        if (Take() is { } older) device().Complete(older, CommandResult.SupersededBy(newer));
    }

    /// <summary>Its moment has come, or will not come any more; null where none waits.</summary>
    public CommandRequest? Take()
    {
        var taken = _held;
        _held = null;
        return taken;
    }

    /// <summary>The link went: the runtime has answered what waited.</summary>
    public void Forget() => _held = null;
}
