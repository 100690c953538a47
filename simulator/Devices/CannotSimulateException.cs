namespace AvGateway.Simulator.Devices;

/// <summary>
/// A device cannot be started as it was asked for: unknown protocol, link or switch, or a link that cannot be had. The message is for
/// people.
/// </summary>
public sealed class CannotSimulateException : Exception
{
    public CannotSimulateException(string message) : base(message)
    {
    }

    public CannotSimulateException(string message, Exception inner) : base(message, inner)
    {
    }
}
