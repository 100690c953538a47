namespace AvGateway.Drivers.Transports.Serial;

/// <summary>One way to the serial ports of the system.</summary>
internal interface ISerialBackend
{
    /// <summary>The name of a port that is the same for all its names.</summary>
    string RealPath(string path);

    /// <summary>
    /// Opens and configures a port, or throws <see cref="Links.LinkException"/>. May block: it is called on a thread of its own.
    /// When the link ends it hands the closing of the port to <paramref name="close"/>, once.
    /// </summary>
    OpenLink Open(string path, SerialSettings settings, Action<Action> close);
}
