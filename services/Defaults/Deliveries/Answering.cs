using Library.Defaults.Parking;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Library.Defaults.Deliveries;

/// <summary>
/// 200 for done, 503 for what time mends (the policy of every set repeats it for ever), 422 for the rest, which goes to the dead-letter topic at
/// once. The reason of a 422 is stored before it is answered, because the dead-letter topic carries none.
/// </summary>
internal sealed partial class Answering(ParkedMessages parked, IServiceProvider services, ILogger<Answering> log)
{
    public async Task<IResult> Answer(Delivery delivery, DeliveryHandler handler, CancellationToken cancellation)
    {
        try
        {
            await handler(delivery, services, cancellation);
            return TypedResults.Ok();
        }
        catch (Exception problem) when (Trouble.Passes(problem))
        {
            return Later(delivery, problem);
        }
        catch (Exception problem)
        {
            return await Refuse(delivery, problem, cancellation);
        }
    }

    private async Task<IResult> Refuse(Delivery delivery, Exception problem, CancellationToken cancellation)
    {
        try
        {
            await parked.Park(delivery, Trouble.Reason(problem), cancellation);
        }
        catch (Exception alsoStore) when (Trouble.Passes(alsoStore))
        {
            return Later(delivery, alsoStore);
        }

        LogRefused(delivery.Topic, delivery.Id, problem);
        return TypedResults.StatusCode(StatusCodes.Status422UnprocessableEntity);
    }

    private IResult Later(Delivery delivery, Exception problem)
    {
        LogLater(delivery.Topic, delivery.Id, problem);
        return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }

    [LoggerMessage(LogLevel.Warning, "The message {Id} of {Topic} cannot be handled now and will come again")]
    private partial void LogLater(string topic, string id, Exception problem);

    [LoggerMessage(LogLevel.Error, "The message {Id} of {Topic} cannot be handled and is parked: GET /parked")]
    private partial void LogRefused(string topic, string id, Exception problem);
}
