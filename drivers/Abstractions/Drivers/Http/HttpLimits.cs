namespace AvGateway.Drivers.Http;

/// <summary>How much of either direction is held; more is a device gone wrong, or not the one that was meant.</summary>
public static class HttpLimits
{
    /// <summary>Body of a request in bytes.</summary>
    public const int Request = 64 * 1024;

    /// <summary>Body of an answer in bytes.</summary>
    public const int Reply = 256 * 1024;
}
