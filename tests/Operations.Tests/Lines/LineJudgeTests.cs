using AvGateway.Operations.Lines;
using static AvGateway.Operations.Lines.LegState;

namespace AvGateway.Operations.Tests.Lines;

/// <summary>Whose trouble it is, case by case; and that nothing is claimed by what was not seen.</summary>
public sealed class LineJudgeTests
{
    private static readonly LineEnd Well = new(LinkState.Up, Good, PortState.Up, Good);

    // What is seen here; whose it is; the observation that decided.
    public static TheoryData<string, LineEvidence, LineSide, string> Cases => new()
    {
        { "our own cable", new(Well with { Link = LinkState.Down, Router = Silent, Port = PortState.Missing, Carrier = Silent }, Silent, Silent), LineSide.Local, LineReasons.LinkDown },
        { "our switch", new(Well with { Router = Silent, Port = PortState.Missing, Carrier = Silent }, Silent, Silent), LineSide.Local, LineReasons.RouterSilent },
        { "our network loses", new(Well with { Router = Poor, Carrier = Poor }, Poor, Poor), LineSide.Local, LineReasons.RouterPoor },
        { "our port was switched off", new(Well with { Port = PortState.Disabled, Carrier = Silent }, Silent, Silent), LineSide.Local, LineReasons.PortDisabled },
        { "our port has no line", new(Well with { Port = PortState.Down, Carrier = Silent }, Silent, Silent), LineSide.Carrier, LineReasons.PortDown },
        { "our port has no line, and our router answers no echo", new(Well with { Router = Missing, Port = PortState.Down, Carrier = Silent }, Silent, Silent), LineSide.Carrier, LineReasons.PortDown },
        { "the carrier's first hop is dead", new(Well with { Carrier = Silent }, Silent, Silent), LineSide.Carrier, LineReasons.CarrierSilent },
        { "the access loses", new(Well with { Carrier = Poor }, Poor, Poor), LineSide.Carrier, LineReasons.CarrierPoor },
        { "the first hop is dead and others are well", new(Well with { Carrier = Silent }, Silent, Silent) { Third = ThirdSight.Loses }, LineSide.Carrier, LineReasons.CarrierSilent },
        { "the first hop answers no echo, the far gateway is dead", new(Well with { Carrier = Missing }, Good, Silent), LineSide.FarSide, LineReasons.FarRouterWell },
        { "the first hop drops echoes, all behind it is well", new(Well with { Carrier = Silent }, Good, Silent), LineSide.FarSide, LineReasons.FarRouterWell },
        { "our router drops echoes, all behind it is well", new(Well with { Router = Poor }, Good, Silent), LineSide.FarSide, LineReasons.FarRouterWell },
        { "the far switch", new(Well, Good, Silent), LineSide.FarSide, LineReasons.FarRouterWell },
        { "the far network loses", new(Well, Good, Poor), LineSide.FarSide, LineReasons.FarRouterWell },
        { "the far network loses, and says so", new(Well, Good, Poor) { Far = Well with { Router = Poor, Carrier = Poor } }, LineSide.FarSide, LineReasons.FarRouterPoorThere },
        { "the far gateway's cable, one way", new(Well, Good, Silent) { Far = Well with { Link = LinkState.Down } }, LineSide.FarSide, LineReasons.FarLinkDown },
        { "the far access loses", new(Well, Poor, Poor) { Far = Well with { Carrier = Poor } }, LineSide.Carrier, LineReasons.FarCarrierPoor },
        { "the far access is dead one way", new(Well, Silent, Silent) { Far = Well with { Carrier = Silent } }, LineSide.Carrier, LineReasons.FarCarrierSilent },
        { "the far port has no line", new(Well, Silent, Silent) { Far = Well with { Port = PortState.Down, Carrier = Silent } }, LineSide.Carrier, LineReasons.FarPortDown },
        { "the far port was switched off", new(Well, Silent, Silent) { Far = Well with { Port = PortState.Disabled, Carrier = Silent } }, LineSide.FarSide, LineReasons.FarPortDisabled },
        { "both ends are well, and it loses between", new(Well, Poor, Poor) { Far = Well }, LineSide.Carrier, LineReasons.BetweenEdges },
        { "others reach the far court", new(Well, Silent, Silent) { Third = ThirdSight.Reaches }, LineSide.Carrier, LineReasons.ThirdReaches },
        { "nobody reaches the far court", new(Well, Silent, Silent) { Third = ThirdSight.Loses }, LineSide.FarSide, LineReasons.ThirdLoses },
        { "no first hop is known and all lines are dead", new(Well with { Carrier = Missing }, Silent, Silent) { OthersAreSilent = true }, LineSide.Carrier, LineReasons.OthersSilent },
        { "no first hop is known and other lines are well", new(Well with { Carrier = Missing }, Silent, Silent) { OthersAreSilent = false }, LineSide.Unknown, LineReasons.Undecided },
        { "nobody tells what is behind the first hop", new(Well, Silent, Silent), LineSide.Unknown, LineReasons.Undecided },
        { "it loses behind the first hop, and the far end is not heard", new(Well, Poor, Poor) { Third = ThirdSight.Loses }, LineSide.Unknown, LineReasons.Undecided },
        { "the stream alone is treated badly", new(Well, Good, Poor) { Far = Well }, LineSide.Unknown, LineReasons.Contradicting },
        { "nothing is seen of our end", new(LineEnd.Unseen, Silent, Silent), LineSide.Unknown, LineReasons.NearUnseen },
        { "nothing is seen of our end, and the port is up", new(LineEnd.Unseen with { Port = PortState.Up }, Missing, Silent), LineSide.Unknown, LineReasons.NearUnseen },
        { "nothing at all is seen", new(LineEnd.Unseen, Missing, Silent), LineSide.Unknown, LineReasons.NearUnseen },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_first_stretch_that_is_not_well_decides(string what, LineEvidence seen, LineSide side, string decided)
    {
        var verdict = LineJudge.Judge(seen);

        Assert.True(verdict.Side == side && verdict.Reasons[0] == decided, $"{what}: {verdict.Side} by {string.Join(", ", verdict.Reasons)}");
    }

    [Fact]
    public void Nothing_but_what_was_seen_makes_a_carrier_answer_for_it()
    {
        foreach (var seen in Everything())
        {
            var verdict = LineJudge.Judge(seen);
            Assert.NotEmpty(verdict.Reasons);
            Assert.All(verdict.Reasons, code => Assert.Contains(LineReasons.All, r => r.Code == code));
            if (verdict.Side is not LineSide.Carrier) continue;

            // Our own end was seen to be well, by itself or by what answers behind it, or its router says that the line is gone.
            Assert.NotEqual(LinkState.Down, seen.Near.Link);
            Assert.NotEqual(PortState.Disabled, seen.Near.Port);
            Assert.True(seen.Near.Router is Good || seen.Near.Carrier is Good || seen.FarRouter is Good || seen.Near.Port is PortState.Down, $"{seen}: {verdict.Reasons[0]}");
        }
    }

    [Fact]
    public void To_see_less_never_moves_the_blame_from_one_to_another()
    {
        foreach (var seen in Everything())
        {
            var whole = LineJudge.Judge(seen).Side;
            if (whole is not LineSide.Carrier) continue;
            LineEvidence[] poorer =
            [
                seen with { Near = seen.Near with { Router = Missing } }, seen with { Near = seen.Near with { Port = PortState.Missing } },
                seen with { Third = ThirdSight.Missing }, seen with { Far = null }, seen with { OthersAreSilent = null },
            ];
            foreach (var less in poorer) Assert.True(LineJudge.Judge(less).Side is not LineSide.Local, $"{seen} → {less}");
        }
    }

    private static IEnumerable<LineEvidence> Everything()
    {
        var legs = Enum.GetValues<LegState>();
        LineEnd?[] fars = [null, Well, Well with { Router = Poor, Carrier = Poor }, Well with { Carrier = Silent }, Well with { Port = PortState.Down, Carrier = Silent }, LineEnd.Unseen];
        return from link in Enum.GetValues<LinkState>()
               from router in legs
               from port in Enum.GetValues<PortState>()
               from carrier in legs
               from farRouter in legs
               from stream in new[] { Poor, Silent }
               from far in fars
               from third in Enum.GetValues<ThirdSight>()
               from others in new bool?[] { null, true, false }
               select new LineEvidence(new(link, router, port, carrier), farRouter, stream) { Far = far, Third = third, OthersAreSilent = others };
    }
}
