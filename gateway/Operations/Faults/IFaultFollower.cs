using AvGateway.Operations.Durable;

namespace AvGateway.Operations.Faults;

/// <summary>
/// Follows the faults within each of their looks, and stores what it makes of them in the same commit: a fault that is stored is a fault that will be
/// told. Called by one caller at a time.
/// </summary>
public interface IFaultFollower
{
    /// <summary>When to look again if nothing happens before.</summary>
    TimeSpan NextLook { get; }

    /// <summary>Something must be stored although no fault changed.</summary>
    bool HasToWrite { get; }

    /// <summary>Decides, and gives the lines that it added to faults.</summary>
    IReadOnlyList<FaultChange> Look(FaultBoard faults);

    void Write(StoreBatch batch);

    /// <summary>The batch is durable.</summary>
    void Written();

    /// <summary>The look is over; what it decided may begin.</summary>
    void Go();
}
