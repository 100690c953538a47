namespace AvGateway.Operations.Lines;

/// <summary>
/// Whose trouble it is. A pure function: the first stretch, seen from here, that is not well decides; what was not seen decides nothing. From the carrier's
/// first hop on the far end's own word goes before what can be guessed from here.
/// </summary>
public static class LineJudge
{
    /// <summary>The verdict about a line that is degraded or down.</summary>
    public static LineVerdict Judge(LineEvidence seen)
    {
        var near = seen.Near;
        if (near.Link is LinkState.Down) return Of(LineSide.Local, LineReasons.LinkDown);
        if (near.Router is LegState.Silent && !IsBeyondWell(seen)) return Of(LineSide.Local, LineReasons.RouterSilent);
        if (near.Port is PortState.Disabled) return Of(LineSide.Local, LineReasons.PortDisabled);
        if (near.Router is LegState.Poor && !IsBeyondWell(seen)) return Of(LineSide.Local, LineReasons.RouterPoor);
        if (near.Router is not LegState.Good && !IsBeyondWell(seen)) return OfUnseenRouter(seen);
        if (near.Port is PortState.Down) return Of(LineSide.Carrier, LineReasons.PortDown, LineReasons.RouterWell);
        if (near.Carrier is LegState.Silent && seen.FarRouter is not LegState.Good) return Of(LineSide.Carrier, LineReasons.CarrierSilent, Witnesses(near));
        if (near.Carrier is LegState.Poor && seen.FarRouter is not LegState.Good) return Of(LineSide.Carrier, LineReasons.CarrierPoor, Witnesses(near));
        return Beyond(seen);
    }

    // Routers treat what is addressed to themselves as they please. What answers well behind one proves the way to it.
    private static bool IsBeyondWell(LineEvidence seen) => seen.Near.Carrier is LegState.Good || seen.FarRouter is LegState.Good;

    // A router that answers its own questions stands; how much is lost on the way to it is not known.
    private static LineVerdict OfUnseenRouter(LineEvidence seen) => seen.Near.Port is PortState.Down
        ? Of(LineSide.Carrier, LineReasons.PortDown)
        : Of(LineSide.Unknown, LineReasons.NearUnseen);

    private static LineVerdict Beyond(LineEvidence seen)
    {
        var carrier = seen.Near.Carrier is LegState.Good ? LineReasons.CarrierWell : LineReasons.CarrierUnseen;
        if (seen.Far is { } far && OfFar(far) is { } told) return Of(told.Side, told.Code, carrier);
        if (seen.FarRouter is LegState.Good)
        {
            // The far gateway says that its own network is well, and so is the way to its router: somebody treats the stream unlike the rest.
            return seen.Far is { Router: LegState.Good } && seen.Stream is LegState.Poor
                ? Of(LineSide.Unknown, LineReasons.Contradicting, LineReasons.FarRouterWell, LineReasons.FarWell)
                : Of(LineSide.FarSide, LineReasons.FarRouterWell);
        }

        if (seen is { Far: { Router: LegState.Good, Carrier: LegState.Good }, Near: { Router: LegState.Good, Carrier: LegState.Good }, FarRouter: LegState.Poor or LegState.Silent })
            return Of(LineSide.Carrier, LineReasons.BetweenEdges);
        if (seen.Third is ThirdSight.Reaches) return Of(LineSide.Carrier, LineReasons.ThirdReaches, FarRouterOf(seen), carrier);
        if (seen.Third is ThirdSight.Loses && seen.FarRouter is not LegState.Poor) return Of(LineSide.FarSide, LineReasons.ThirdLoses, FarRouterOf(seen), carrier);
        return seen is { OthersAreSilent: true, Near: { Router: LegState.Good, Carrier: LegState.Missing } }
            ? Of(LineSide.Carrier, LineReasons.OthersSilent, LineReasons.RouterWell)
            : Of(LineSide.Unknown, LineReasons.Undecided, FarRouterOf(seen), carrier);
    }

    private static (LineSide Side, string Code)? OfFar(LineEnd far) => far switch
    {
        { Link: LinkState.Down } => (LineSide.FarSide, LineReasons.FarLinkDown),
        { Router: LegState.Silent, Carrier: not LegState.Good } => (LineSide.FarSide, LineReasons.FarRouterSilentThere),
        { Router: LegState.Poor, Carrier: not LegState.Good } => (LineSide.FarSide, LineReasons.FarRouterPoorThere),
        { Port: PortState.Disabled } => (LineSide.FarSide, LineReasons.FarPortDisabled),
        { Port: PortState.Down } => (LineSide.Carrier, LineReasons.FarPortDown),
        { Router: LegState.Good, Carrier: LegState.Silent } => (LineSide.Carrier, LineReasons.FarCarrierSilent),
        { Router: LegState.Good, Carrier: LegState.Poor } => (LineSide.Carrier, LineReasons.FarCarrierPoor),
        _ => null,
    };

    private static string[] Witnesses(LineEnd near) => near.Port is PortState.Up ? [LineReasons.RouterWell, LineReasons.PortUp] : [LineReasons.RouterWell];

    private static string FarRouterOf(LineEvidence seen) => seen.FarRouter switch
    {
        LegState.Silent => LineReasons.FarRouterSilent,
        LegState.Poor => LineReasons.FarRouterPoor,
        _ => LineReasons.FarRouterUnseen,
    };

    private static LineVerdict Of(LineSide side, string decided, params ReadOnlySpan<string> more) => new(side, [decided, .. more]);
}
