namespace AvGateway.Host.Tls;

/// <summary>Whether clients show certificates: nobody is asked, one that is shown must be good, or nobody comes in without.</summary>
internal enum ClientCertificates { None, Accepted, Required }

/// <summary>How the encrypted listeners prove who they are and whom they believe. Paths are absolute.</summary>
internal sealed record TlsSettings
{
    /// <summary>PEM file with the server's certificate and what stands between it and its root; null: the gateway makes its own.</summary>
    public string? Certificate { get; init; }

    /// <summary>Where the private key of <see cref="Certificate"/> is, as <c>file:PATH</c> or <c>env:NAME</c>.</summary>
    public string? Key { get; init; }

    /// <summary>The folder that a relative <see cref="Key"/> starts from.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Names and addresses that clients connect to, beyond those of this machine, for a certificate of our own.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public ClientCertificates Clients { get; init; } = ClientCertificates.None;

    /// <summary>PEM file with the authorities of clients; null: the gateway's own authority.</summary>
    public string? ClientAuthority { get; init; }
}

/// <summary>A certificate or key cannot be used. The message says which and what to do, and never holds a key.</summary>
internal sealed class TlsException(string message, Exception? inner = null) : Exception(message, inner);
