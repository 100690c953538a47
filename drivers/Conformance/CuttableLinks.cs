using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Conformance;

/// <summary>The product's own links, which the kit can cut on our side: a device loses nothing by it.</summary>
internal sealed class CuttableLinks(ILinkFactory inner) : ILinkFactory
{
    private volatile ILink? _current;
    private volatile bool _isCut;
    private int _opens;

    public IReadOnlyCollection<string> Schemes => inner.Schemes;
    public int Opens => Volatile.Read(ref _opens);
    public IEnumerable<string> Check(LinkAddress address) => inner.Check(address);

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        if (_isCut) throw new LinkException(StatusReasons.ConnectFailed, "cut for a check");
        var link = await inner.OpenAsync(address, secret, cancellation);
        Interlocked.Increment(ref _opens);
        _current = link;
        return link;
    }

    public void Cut()
    {
        _isCut = true;
        _current?.Abort(LinkEnd.Aborted);
    }

    public void Mend() => _isCut = false;
}
