using System.IO.Pipelines;

namespace AvGateway.Links;

/// <summary>Why a link ended; the first reason wins and is kept.</summary>
public enum LinkEnd
{
    ClosedByPeer,
    Reset,
    Silent,
    HungUp,
    Aborted,
    Failed,
}

/// <summary>An open link: bytes both ways until it ends with a reason.</summary>
/// <remarks>
/// <see cref="IDuplexPipe.Input"/> completes when the link ends; reading never throws for an end that the outside made.
/// An idle link holds no buffer.
/// </remarks>
public interface ILink : IDuplexPipe, IAsyncDisposable
{
    /// <summary>Completes once, when nothing more will pass, with the first reason.</summary>
    Task<LinkEnd> Ended { get; }

    /// <summary>Ends the link from our side at once; pending reads complete. Safe to call twice and from any thread.</summary>
    void Abort(LinkEnd reason);
}

/// <summary>Opens links of one or more schemes.</summary>
public interface ILinkFactory
{
    IReadOnlyCollection<string> Schemes { get; }

    /// <summary>Every finding about an address of one of the schemes, before anything is opened.</summary>
    IEnumerable<string> Check(LinkAddress address);

    /// <summary>Opens the link, or throws <see cref="LinkException"/> with words that an engineer can act on.</summary>
    ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation);
}

/// <summary>A link could not be opened.</summary>
/// <param name="reason">A code of <see cref="AvGateway.Devices.StatusReasons"/>.</param>
public sealed class LinkException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Reason { get; } = reason;
}
