namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What one message may hold. Larger than any codec sends, small enough that a hostile one costs little.</summary>
public static class SipLimits
{
    /// <summary>Octets of a whole message, body included: what one datagram can carry.</summary>
    public const int Message = 65_535;

    /// <summary>Octets of the start line and all header fields.</summary>
    public const int Head = 32 * 1024;

    public const int HeaderFields = 200;

    /// <summary>Octets of one header field value after unfolding.</summary>
    public const int HeaderValue = 8 * 1024;

    public const int Uri = 2 * 1024;

    /// <summary>Parameters of one URI or header field value.</summary>
    public const int Parameters = 64;

    /// <summary>Values of one comma-separated header field, all its lines together.</summary>
    public const int ListValues = 128;

    public const int BodyParts = 16;

    /// <summary>RFC 3261 §8.1.1.5: a sequence number stays below 2^31.</summary>
    public const uint Sequence = int.MaxValue;
}
