namespace AvGateway.Drivers.Protocols.KramerP3000;

/// <summary>Planes of a route. A route of both is told as one.</summary>
internal enum KramerPlane { Both, Video, Audio }

/// <summary>One route as a line of the device tells it.</summary>
/// <param name="Output">1-based; <see cref="AllOutputs"/> for <c>*</c>.</param>
/// <param name="Input">1-based; 0 for none; <see cref="UnknownInput"/> for a word or number that no input and no off-code is.</param>
internal readonly record struct KramerRoute(KramerPlane Plane, int Output, int Input)
{
    public const int AllOutputs = 0;
    public const int UnknownInput = -1;
}
