using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Channels;

/// <summary>So many at once; whoever comes then waits.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing.")]
internal sealed class Turns(int most)
{
    private readonly SemaphoreSlim _free = new(most, most);

    public Task WaitAsync(CancellationToken cancellation) => _free.WaitAsync(cancellation);

    public void Release() => _free.Release();
}
