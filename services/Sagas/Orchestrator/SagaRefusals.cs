using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Http;

namespace Library.Sagas.Orchestrator;

public static class SagaRefusals
{
    public static readonly Refusal Unknown = new("saga-unknown", "There is no saga with this id. GET /sagas lists them.", StatusCodes.Status404NotFound);

    public static readonly Refusal IdUnfit = new("saga-id-unfit", "A saga's id has 1 to 100 letters, digits, dashes and underscores.", StatusCodes.Status422UnprocessableEntity);

    public static Refusal IdTaken(string id, string saga) => new("saga-id-taken", $"The id {id} is that of a saga {saga}. Use another one.", StatusCodes.Status409Conflict);

    public static Refusal DataTooLarge(int size, int most) => new(
        "saga-data-too-large", $"What the saga needs has {size} bytes, {most} are possible. Keep large things elsewhere and give their ids.", StatusCodes.Status413PayloadTooLarge);
}
