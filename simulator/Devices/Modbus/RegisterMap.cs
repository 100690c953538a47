namespace AvGateway.Simulator.Devices.Modbus;

/// <summary>What a unit has to read and write, by address. A question beyond it is answered by exception 02.</summary>
internal sealed class RegisterMap
{
    public SortedDictionary<int, Func<bool>> Coils { get; } = [];

    public SortedDictionary<int, Func<bool>> Inputs { get; } = [];

    public SortedDictionary<int, Func<ushort>> Holding { get; } = [];

    public SortedDictionary<int, Func<ushort>> Input { get; } = [];

    /// <summary>Does what a written coil asks for.</summary>
    public Action<int, bool>? WriteCoil { get; set; }
}
