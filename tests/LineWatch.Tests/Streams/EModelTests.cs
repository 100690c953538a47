using AvGateway.LineWatch.Streams;

namespace AvGateway.LineWatch.Tests.Streams;

public sealed class EModelTests
{
    [Theory]
    [InlineData(50, 0, 92.0, 4.38)]
    [InlineData(100, 1, 87.2, 4.26)]
    public void G711_with_concealment_has_the_known_ratings(double oneWay, double loss, double rating, double mos)
    {
        var ours = EModel.Rating(oneWay, loss, 1, "PCMA");

        Assert.Equal((rating, mos), (Math.Round(ours, 1), Math.Round(EModel.Mos(ours), 2)));
    }

    [Fact]
    public void Loss_in_bursts_is_worse_than_the_same_loss_at_random() =>
        Assert.True(EModel.Rating(50, 5, 3, "PCMA") < EModel.Rating(50, 5, 1, "PCMA") - 1);

    [Fact]
    public void A_codec_that_loses_much_by_itself_never_scores_as_a_good_one() =>
        Assert.True(EModel.Mos(EModel.Rating(50, 0, 1, "G729")) < EModel.Mos(EModel.Rating(50, 0, 1, "PCMU")) - 0.2);
}
