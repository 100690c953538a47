namespace AvGateway.Operations.Lines;

/// <summary>Whoever watches the lines of the site.</summary>
public interface ILineWatch
{
    IReadOnlyList<LineView> Views { get; }

    /// <summary>A line's state or verdict changed, or its figures are due to be shown again. Told in order for one line.</summary>
    event Action<string>? Changed;

    LineView? Find(string line);
}
