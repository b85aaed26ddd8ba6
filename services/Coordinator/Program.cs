using Library.Coordinator;
using Library.Coordinator.ReaderErasure;
using Library.Coordinator.ReaderUserCreation;
using Library.Defaults.Hosting;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator;

var builder = WebApplication.CreateBuilder(args);
var library = builder.AddLibraryDefaults("coordinator").AddWriting();
var options = builder.Configuration.GetSection(CoordinatorOptions.Section).Get<CoordinatorOptions>() ?? new CoordinatorOptions();
library.AddSagas(sagas => sagas
    .Add(new ReaderUserCreationSaga(options.RegistrationTime))
    .Add<ReaderErasureSaga>());
builder.Services.AddSingleton(ReaderAccount.Schema).AddSingleton<Documents<ReaderAccount>>();
builder.Services.AddOptions<CoordinatorOptions>().BindConfiguration(CoordinatorOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddSingleton<Credentials>();

var app = builder.Build();
app.MapLibraryDefaults();
app.MapSagas();
app.MapCoordinator();
app.Run();
