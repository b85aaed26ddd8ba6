using Library.Coordinator.ReaderErasure;
using Library.Coordinator.ReaderUserCreation;
using Library.Defaults.Auth;
using Library.Defaults.Idempotency;
using Library.Defaults.Stores;

namespace Library.Coordinator;

internal static class CoordinatorEndpoints
{
    public static void MapCoordinator(this WebApplication app)
    {
        // Whoever holds the id of a saga, which nobody can guess, may see how it stands: somebody who registers cannot log in yet, and one who is erased not any more.
        var registrations = app.MapGroup("/registrations").WithTags("registrations").OpenToAnyone();
        registrations.MapPost("/", Register.Handle).WithName("Register")
            .AddEndpointFilter(Outcome.Await).ChangesState()
            .Produces<AcceptedAnswer>(StatusCodes.Status202Accepted).Produces<Registered>(StatusCodes.Status201Created);
        registrations.MapGet("/{id}", GetRegistration.Handle).WithName("GetRegistration").Produces<RegistrationView>();

        app.MapDelete("/readers/{id}", Erase.Handle).WithName("EraseReader").WithTags("readers").ForReaderOrStaff("id").ChangesState()
            .Produces<AcceptedAnswer>(StatusCodes.Status202Accepted);
        app.MapGet("/erasures/{id}", GetErasure.Handle).WithName("GetErasure").WithTags("readers").OpenToAnyone().Produces<SagaView>();
    }
}
