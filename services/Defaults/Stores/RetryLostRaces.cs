using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Stores;

/// <summary>Runs a handler again from its first read when it has lost a race, a few times.</summary>
internal sealed class RetryLostRaces(Refusal afterwards, TimeProvider time) : IEndpointFilter
{
    private const int Attempts = 6;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await next(context);
            }
            catch (RaceLostException lost) when (attempt == Attempts)
            {
                throw new RefusedException(afterwards, lost);
            }
            catch (RaceLostException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 5 << attempt)), time, context.HttpContext.RequestAborted);
            }
        }
    }
}
